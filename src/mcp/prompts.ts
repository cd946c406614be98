/** The methods about prompts, and completion. Loaded when a client asks one. */
import type {
  CompleteResult,
  GetPromptResult,
  ListPromptsResult,
} from "@modelcontextprotocol/sdk/types.js";
import { isRecord } from "../json.ts";
import { type Prompt, prompts, render, toolsOf } from "../prompts/prompts.ts";
import { resources } from "../resources/resources.ts";
import type { ToolContext } from "../tools/tool.ts";
import { cleanText } from "../untrusted.ts";
import { choicesFrom } from "./menus.ts";
import { invalidParams, type McpServerOptions, type MethodRequest } from "./protocol.ts";

/** Of what a person types into an argument. */
const LONGEST_ARGUMENT = 500;
/** MCP, "Completion": the most values of an answer. */
const MOST_VALUES = 100;

/** Makes the functions that answer these methods. */
export function createPrompts(options: McpServerOptions) {
  const existing = async () => {
    const tools = new Set((await options.listTools()).map(({ name }) => name));
    return prompts.filter((prompt) => toolsOf(prompt).every((tool) => tools.has(tool)));
  };

  return {
    async list(): Promise<ListPromptsResult> {
      return {
        prompts: (await existing()).map(({ name, title, description, ...prompt }) => ({
          name,
          title,
          description,
          arguments: prompt.arguments.map(({ choice: _, ...listed }) => listed),
        })),
      };
    },

    async get({ params }: MethodRequest): Promise<GetPromptResult> {
      const prompt = findPrompt(params["name"], await existing());
      const text = options.hideSecrets(render(prompt, readGiven(params["arguments"], prompt)));
      const { description } = prompt;
      return { description, messages: [{ role: "user", content: { type: "text", text } }] };
    },

    async complete(request: MethodRequest): Promise<CompleteResult> {
      const { choice, typed } = readCompletion(request.params, await existing());
      if (choice === undefined) return { completion: { values: [] } };
      const { choicesFor } = await import("../resources/choices.ts");
      const ask = (kaneo: ToolContext["kaneo"]) => choicesFor(choice, typed, kaneo);
      const all = (await choicesFrom(ask, request, options)) ?? [];
      const values = all
        .slice(0, MOST_VALUES)
        .map((value) => options.hideSecrets(cleanText(value)));
      return { completion: { values, total: all.length, hasMore: all.length > values.length } };
    },
  };
}

function findPrompt(name: unknown, existing: readonly Prompt[]): Prompt {
  const found = existing.find((prompt) => prompt.name === name);
  if (found) return found;
  const names = existing.map((prompt) => prompt.name).join(", ") || "none";
  const asked = typeof name === "string" ? `no prompt "${name.slice(0, 64)}"` : 'no "name"';
  throw invalidParams(`There is ${asked}. There are: ${names}.`);
}

/** The arguments that a person gave; what is blank was not given. */
function readGiven(given: unknown, prompt: Prompt): Record<string, string> {
  const values = given ?? {};
  if (!isRecord(values)) throw invalidParams('"arguments" must be an object.');
  const names = prompt.arguments.map(({ name }) => name);
  const stray = Object.keys(values).find((name) => !names.includes(name));
  if (stray !== undefined) {
    const why = `${prompt.name} has no argument "${stray.slice(0, 64)}", only ${names.join(", ")}.`;
    throw invalidParams(why);
  }
  const read: Record<string, string> = {};
  for (const { name, required, description } of prompt.arguments) {
    const { [name]: value = "" } = values;
    if (typeof value !== "string" || value.length > LONGEST_ARGUMENT) {
      throw invalidParams(`"${name}" must be a string of at most ${LONGEST_ARGUMENT} characters.`);
    }
    if (value.trim() !== "") read[name] = value.trim();
    else if (required) throw invalidParams(`"${name}" is missing: ${description}.`);
  }
  return read;
}

/**
 * What is to be completed, and what the person has typed of it.
 *
 * @throws ProtocolError when the request names nothing that there is.
 */
function readCompletion({ ref, argument }: MethodRequest["params"], existing: readonly Prompt[]) {
  const { type, name, uri } = isRecord(ref) ? ref : {};
  const { name: asked, value: typed = "" } = isRecord(argument) ? argument : {};
  const prompt = existing.find((one) => type === "ref/prompt" && one.name === name);
  const resource = resources.find(
    ({ uriTemplate }) =>
      type === "ref/resource" && uriTemplate === uri && uriTemplate.includes(`{${asked}}`),
  );
  const named = prompt?.arguments.find((one) => one.name === asked) ?? resource;
  if (named && typeof typed === "string" && typed.length <= LONGEST_ARGUMENT)
    return { choice: named.choice, typed };
  throw invalidParams(
    `"ref" must name a prompt or the form of a resource, and "argument" one of its arguments with at most ${LONGEST_ARGUMENT} characters.`,
  );
}
