import type { ImageContent, Result } from "@modelcontextprotocol/sdk/types.js";
import { isFailure } from "../errors.ts";
import { nearestNames } from "../text/text.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { Caller, CallOptions } from "./calls.ts";
import { ERROR_CODES, type MethodRequest, ProtocolError } from "./protocol.ts";

export interface ToolCallOptions extends CallOptions {
  /** Those that can be called; asked for when one is. */
  loadTools(): Promise<readonly Tool[]>;
}

/** Makes the function that answers `tools/call`. */
export function createToolCalls(caller: Caller, { loadTools, hideSecrets }: ToolCallOptions) {
  return {
    async call(request: MethodRequest): Promise<Result> {
      const tool = findTool(request.params, await loadTools());
      return caller(request, {
        run: async (context) => {
          const shown: ImageContent[] = [];
          const show: ToolContext["show"] = ({ bytes, contentType: mimeType }) =>
            shown.push({ type: "image", data: bytes.toString("base64"), mimeType });
          const said = await tool.call(request.params["arguments"], { ...context, show });
          return { content: [{ type: "text", text: hideSecrets(said) }, ...shown] };
        },
        failed: (text, error) => {
          const content = [{ type: "text", text }];
          // A link for the person is a question; clients hide the text of an error.
          return isFailure(error, "sign_in_required") ? { content } : { content, isError: true };
        },
      });
    },
  };
}

/**
 * MCP 2025-11-25, "Tools", "Error handling": an unknown tool and a request without a name are protocol errors; what a
 * tool makes of its arguments is a result.
 */
function findTool(params: MethodRequest["params"], tools: readonly Tool[]): Tool {
  const { name } = params;
  if (typeof name !== "string" || name === "") {
    throw new ProtocolError(
      ERROR_CODES.invalidParams,
      'tools/call needs "name", the name of a tool.',
    );
  }
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const names = tools.map((tool) => tool.name);
  const nearest = nearestNames(name, names).join(", ");
  throw new ProtocolError(
    ERROR_CODES.invalidParams,
    `Unknown tool "${name.slice(0, 64)}". The nearest names are ${nearest}; tools/list names all.`,
  );
}
