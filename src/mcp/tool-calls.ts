import type { ImageContent, Result } from "@modelcontextprotocol/sdk/types.js";
import { isFailure } from "../errors.ts";
import { nearestNames } from "../text/text.ts";
import type { Beside, ShownImage, Tool } from "../tools/tool.ts";
import type { ToolSelection } from "../tools/toolsets.ts";
import { absenceOf } from "./absent-tools.ts";
import type { Caller, CallOptions } from "./calls.ts";
import { ERROR_CODES, type MethodRequest, ProtocolError } from "./protocol.ts";
import { showsViews } from "./views.ts";

export interface ToolCallOptions extends CallOptions {
  /** Those that can be called; asked for when one is. */
  loadTools(): Promise<readonly Tool[]>;
  /** What decides which those are. */
  selection: ToolSelection;
}

/** Makes the function that answers `tools/call`. */
export function createToolCalls(caller: Caller, options: ToolCallOptions) {
  const { loadTools, hideSecrets, selection } = options;
  const hidden = (beside: Beside): Beside => {
    // It was made of what can be JSON, and no secret changes that.
    return JSON.parse(hideSecrets(JSON.stringify(beside))) as Beside;
  };

  return {
    async call(request: MethodRequest): Promise<Result> {
      const hasViews = showsViews(request);
      const known = (await loadTools()).filter(({ ui }) => hasViews || ui !== "app");
      const tool = await findTool(request.params, known, selection);
      return caller(request, {
        run: async (context) => {
          const answer = await tool.call(request.params["arguments"], context);
          const text = hideSecrets(answer.text);
          const content = [{ type: "text", text }, ...answer.images.map(imageContent)];
          return { content, ...(hasViews && hidden(answer.beside)) };
        },
        failed: (text, error) => {
          const content = [{ type: "text", text }];
          if (!isFailure(error, "sign_in_required")) return { content, isError: true };
          // A link for the person is a question; clients hide the text of an error.
          const { signIn } = error;
          const page = signIn && { url: signIn.link, code: signIn.userCode };
          return { content, ...(hasViews && page && { _meta: { signIn: page } }) };
        },
      });
    },
  };
}

function imageContent({ bytes, contentType: mimeType }: ShownImage): ImageContent {
  return { type: "image", data: bytes.toString("base64"), mimeType };
}

/**
 * MCP 2025-11-25, "Tools", "Error handling": an unknown tool and a request without a name are protocol errors; what a
 * tool makes of its arguments is a result.
 */
async function findTool(
  { name }: MethodRequest["params"],
  tools: readonly Tool[],
  selection: ToolSelection,
): Promise<Tool> {
  if (typeof name !== "string" || name === "") {
    throw new ProtocolError(
      ERROR_CODES.invalidParams,
      'tools/call needs "name", the name of a tool.',
    );
  }
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const names = tools.map((tool) => tool.name);
  const near = nearestNames(name, names).join(", ");
  const guess = near && `Did you mean ${near}? `;
  const why = (await absenceOf([name], selection)) ?? `${guess}tools/list names all.`;
  throw new ProtocolError(ERROR_CODES.invalidParams, `Unknown tool "${name.slice(0, 64)}". ${why}`);
}
