/** The APIs of language models that clients speak, as far as a call of a tool and a few words need them. */

/** What a model is asked for. */
export interface Turn {
  /** The names of all tools that it may call. */
  tools: string[];
  /** The tool for the tasks, where it is one of them. */
  tool: Tool | undefined;
  /** The client's own tool that finds others, which it keeps back until then. */
  search: Tool | undefined;
  /** What a tool answered, where that is what comes last; everything that is a text in it. */
  result: string | undefined;
}

/** How a tool is called; some clients keep a server's tools in a namespace. */
export interface Tool {
  name: string;
  namespace?: string;
}

/** What the model says: words, or the call of a tool. */
export type Says = { text: string } | { tool: Tool; args: object };

interface Dialect {
  path: RegExp;
  /** Under which name a request has its messages. */
  messages: "messages" | "input" | "contents";
  /** What a message with a tool's answer has in it. */
  result: string;
  /** The events of a stream. */
  events(says: Says): object[];
}

type Body = Record<string, unknown>;

const ID = "scripted-1";
const MODEL = "scripted";

const anthropic: Dialect = {
  path: /\/v1\/messages$/,
  messages: "messages",
  result: '"type":"tool_result"',
  events: (says) => {
    const isText = "text" in says;
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = {
      id: ID,
      type: "message",
      role: "assistant",
      model: MODEL,
      content: [],
      usage,
    };
    const block = isText
      ? { type: "text", text: "" }
      : { type: "tool_use", id: `toolu_${ID}_${Date.now()}`, name: says.tool.name, input: {} };
    const delta = isText
      ? { type: "text_delta", text: says.text }
      : { type: "input_json_delta", partial_json: JSON.stringify(says.args) };
    const end = { stop_reason: isText ? "end_turn" : "tool_use", stop_sequence: null };
    return [
      { type: "message_start", message },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: end, usage },
      { type: "message_stop" },
    ];
  },
};

const completions: Dialect = {
  path: /\/chat\/completions$/,
  messages: "messages",
  result: '"role":"tool"',
  events: (says) => {
    const chunk = (delta: object, finish: string | null) => ({
      id: ID,
      object: "chat.completion.chunk",
      created: 1,
      model: MODEL,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    if ("text" in says) {
      return [chunk({ role: "assistant", content: says.text }, null), chunk({}, "stop")];
    }
    const called = { name: says.tool.name, arguments: JSON.stringify(says.args) };
    const call = { index: 0, id: `call_${Date.now()}`, type: "function", function: called };
    return [chunk({ role: "assistant", tool_calls: [call] }, null), chunk({}, "tool_calls")];
  },
};

const responses: Dialect = {
  path: /\/responses$/,
  messages: "input",
  result: '"type":"function_call_output"',
  events: (says) => {
    const item =
      "text" in says
        ? {
            type: "message",
            role: "assistant",
            id: ID,
            content: [{ type: "output_text", text: says.text }],
          }
        : {
            type: "function_call",
            ...says.tool,
            call_id: `call_${Date.now()}`,
            arguments: JSON.stringify(says.args),
          };
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    return [
      { type: "response.created", response: { id: ID } },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: { id: ID, usage } },
    ];
  },
};

const gemini: Dialect = {
  path: /:(?:streamG|g)enerateContent$/,
  messages: "contents",
  result: '"functionResponse":',
  events: (says) => {
    const part =
      "text" in says
        ? { text: says.text }
        : { functionCall: { name: says.tool.name, args: says.args } };
    const content = { role: "model", parts: [part] };
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
    return [{ candidates: [{ content, finishReason: "STOP", index: 0 }], usageMetadata }];
  },
};

const dialects = [anthropic, completions, responses, gemini];

/** What speaks at a path. */
export function dialectOf(path: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.path.test(path));
}

/** Reads what a model is asked for; `name` is how our tool's name ends, whatever a client puts in front of it. */
export function readTurn(dialect: Dialect, body: Body, name: string): Turn {
  const all = toolsIn(body["tools"]);
  const fresh = sinceTheModel(body[dialect.messages]);
  return {
    tools: all.map((tool) => tool.name),
    tool: all.find((tool) => tool.name.endsWith(name)),
    search: all.find((tool) => /^tool_?search$/i.test(tool.name)),
    result: JSON.stringify(fresh).includes(dialect.result) ? textsIn(fresh) : undefined,
  };
}

/** What has come since the model spoke last. */
function sinceTheModel(messages: unknown): unknown[] {
  if (!Array.isArray(messages)) return [];
  const isModels = ({ role, type }: Body) =>
    role === "assistant" || role === "model" || type === "function_call";
  return messages.slice(messages.findLastIndex(isModels) + 1);
}

/** Everything in the list that has a name and is no namespace, wherever a client puts it. */
function toolsIn(value: unknown, namespace?: string): Tool[] {
  if (Array.isArray(value)) return value.flatMap((one) => toolsIn(one, namespace));
  if (typeof value !== "object" || value === null) return [];
  const { name, tools, function: inner, functionDeclarations } = value as Body;
  const nested = tools ?? inner ?? functionDeclarations;
  if (nested) return toolsIn(nested, tools ? String(name) : namespace);
  return typeof name === "string" ? [{ name, ...(namespace && { namespace }) }] : [];
}

/** All texts in it, one a line. */
function textsIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(textsIn).join("\n");
}
