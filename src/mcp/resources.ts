/** The methods about resources. Loaded when a client asks one. */
import type {
  ListResourcesResult,
  ListResourceTemplatesResult,
  Result,
} from "@modelcontextprotocol/sdk/types.js";
import { isFailure } from "../errors.ts";
import { mapTexts } from "../json.ts";
import type { Located } from "../resources/reading.ts";
import { MIME_TYPE, resources } from "../resources/resources.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { Caller } from "./calls.ts";
import { choicesFrom, LIST_CHANGED_METHOD, type ListNews } from "./menus.ts";
import {
  ERROR_CODES,
  invalidParams,
  type McpServerOptions,
  type MethodRequest,
  ProtocolError,
} from "./protocol.ts";
import { isView, readView } from "./views.ts";

/** Makes the functions that answer these methods. */
export function createResources(caller: Caller, news: ListNews, options: McpServerOptions) {
  const existing = async () => {
    const tools = new Set((await options.listTools()).map(({ name }) => name));
    return resources.filter(({ tool }) => tools.has(tool));
  };

  return {
    async list(request: MethodRequest): Promise<ListResourcesResult> {
      const isListed = (await existing()).some(({ name }) => name === "project");
      if (!isListed) return { resources: [] };
      const ask = async (kaneo: ToolContext["kaneo"]) => {
        const { listProjects } = await import("../resources/reading.ts");
        return listProjects(kaneo);
      };
      const listed = await choicesFrom(ask, request, options);
      if (listed === undefined) news.missed();
      // In 2026-07-28 only who opened a stream for it is told.
      const tell = () => request.notify(LIST_CHANGED_METHOD, {});
      if (!request.isModern) news.listen("", tell, request.inputEnd);
      return { resources: mapTexts(listed ?? [], options.hideSecrets) };
    },

    async templates(): Promise<ListResourceTemplatesResult> {
      return {
        resourceTemplates: (await existing()).map(({ uriTemplate, name, title, description }) => ({
          uriTemplate,
          name,
          title,
          description,
          mimeType: MIME_TYPE,
        })),
      };
    },

    async read(request: MethodRequest): Promise<Result> {
      const { uri: asked } = request.params;
      if (isView(asked)) return readView(asked);
      const { uri, resource, name } = await locateFor(request);
      const tool = (await options.loadTools()).find((one) => one.name === resource.tool);
      if (!tool) throw notFound(request, uri, "There is no such resource here.");
      const contents = (text: string) => ({ contents: [{ uri, mimeType: MIME_TYPE, text }] });
      return caller(request, {
        name: uri,
        run: async (context) => {
          const { text } = await tool.call(resource.argumentsFor(name), context);
          return contents(options.hideSecrets(text));
        },
        failed: (text, error) => {
          // What is attached reaches the model and through it the person; of an error many clients show nothing.
          if (isFailure(error, "sign_in_required")) return contents(text);
          throw resourceFailure(request, { uri, text, error });
        },
      });
    },
  };
}

/** More than any address has that something stands behind. */
const LONGEST_URI = 2_048;

/** What the `uri` of a request names. @throws ProtocolError when it is none, or nothing can stand behind it. */
export async function locateFor(request: MethodRequest): Promise<Located & { uri: string }> {
  const { uri } = request.params;
  if (typeof uri !== "string" || uri === "" || uri.length > LONGEST_URI) {
    throw invalidParams(`"uri" must be a string of 1 to ${LONGEST_URI} characters.`);
  }
  const { locate } = await import("../resources/reading.ts");
  const located = locate(uri);
  if (located) return { uri, ...located };
  const forms = resources.map(({ uriTemplate }) => uriTemplate).join(", ");
  throw notFound(request, uri, `No resource has this address. The forms are ${forms}.`);
}

/** A failure in the form that the request's era wants it in. */
export function resourceFailure(
  request: MethodRequest,
  { uri, text, error }: { uri: string; text: string; error: unknown },
): ProtocolError {
  if (isFailure(error, "not_found")) return notFound(request, uri, text);
  const isWrong = isFailure(error, "invalid_input", "ambiguous");
  const code = isWrong ? ERROR_CODES.invalidParams : ERROR_CODES.internal;
  return new ProtocolError(code, text, { uri });
}

function notFound({ isModern }: MethodRequest, uri: string, text: string): ProtocolError {
  const code = isModern ? ERROR_CODES.invalidParams : ERROR_CODES.legacyResourceNotFound;
  return new ProtocolError(code, text, { uri });
}
