import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { grouped } from "../src/text/text.ts";
import { allTools } from "../src/tools/index.ts";
import { selectTools } from "../src/tools/toolsets.ts";
import type { WireSchema } from "../src/tools/wire-schema.ts";

type Listed = (typeof allTools)[number];

const byDefault = selectTools(allTools, { toolsets: ["default"], isReadOnly: false });
const asked = allTools.filter((tool) => !byDefault.includes(tool));

/** The README's tables: the tools that are there by default, and the toolsets that have to be asked for. */
export function toolTables(): string {
  const rows = byDefault.map(({ name, description }) => [
    `\`${name}\``,
    firstSentence(description),
  ]);
  const others = groups(asked).map(({ key, members }) => [
    `\`${key}\``,
    members.map(({ name }) => `\`${name}\``).join(", "),
  ]);
  return `${table([["Tool", "What it does"], ...rows])}

A model reads these in ${number(tokensOf(byDefault))} tokens. \`KANEO_TOOLSETS\` adds more, as \`default,board\` or \`all\`:

${table([["Toolset", "Tools"], ...others])}`;
}

/** `docs/tools.md`: every tool as a model is told of it, and what that costs. */
export function toolPage(): string {
  const costs = groups(allTools).map(({ key, members }) => {
    const isDefault = members.some((tool) => byDefault.includes(tool));
    const how = key === "session" ? "always" : isDefault ? "yes" : "no";
    return [`[\`${key}\`](#${key})`, how, members.length, number(tokensOf(members))];
  });
  const all = [
    ["`default`", "", byDefault.length, number(tokensOf(byDefault))],
    ["`all`", "", allTools.length, number(tokensOf(allTools))],
  ];
  const sections = groups(allTools).map(
    ({ key, members }) => `## ${key}\n\n${members.map(toolSection).join("\n\n")}`,
  );
  return `# Tools

Written by \`npm run docs\` from the tools themselves: this is what a model is told. \`KANEO_TOOLSETS\` chooses by toolset, and
\`KANEO_READ_ONLY=1\` leaves only those that read. Tokens are o200k_base's; a client sends them with each conversation, unless it looks tools up when it needs them.

${table([["Toolset", "By default", "Tools", "Tokens"], ...costs, ...all])}

${sections.join("\n\n")}
`;
}

function toolSection({ name, description, annotations, inputSchema }: Listed): string {
  const { readOnlyHint, destructiveHint } = annotations;
  const effect = readOnlyHint
    ? "Reads."
    : destructiveHint
      ? "Writes; something can be lost."
      : "Writes.";
  const args = argumentRows(inputSchema, "");
  const tableOfThem = table([["Argument", "Type", "Meaning"], ...args]);
  return `### ${name}\n\n${effect} ${description}${args.length > 0 ? `\n\n${tableOfThem}` : ""}`;
}

/** One row an argument; those of objects in lists stand below their list, as `changes[].task`. */
function argumentRows({ properties = {}, required = [] }: WireSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const meaning = [
      required.includes(name) ? "**required**" : "",
      schema.description ?? "",
      schema.default ? `default ${JSON.stringify(schema.default)}` : "",
    ];
    const row = [`\`${path}\``, typeOf(schema), meaning.filter(Boolean).join("; ")];
    const inner = schema.items ?? schema;
    return [row, ...argumentRows(inner, schema.items ? `${path}[].` : `${path}.`)];
  });
}

function typeOf(schema: WireSchema): string {
  const { type, items, minimum, maximum, maxItems } = schema;
  if (items) return `list of ${typeOf(items)}${maxItems ? `, at most ${maxItems}` : ""}`;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  const bounds = [minimum !== undefined && `≥ ${minimum}`, maximum !== undefined && `≤ ${maximum}`];
  return [type, ...bounds.filter(Boolean)].join(" ");
}

/** Up to the first full stop, colon or semicolon; a full stop within a word, as in `Node.js`, ends nothing. */
function firstSentence(description: string): string {
  return /^[^.:;]+(?:\.(?=\S)[^.:;]*)*/.exec(description)?.[0] ?? "";
}

/** The toolsets, each with its tools, in the order of the list. */
function groups(tools: readonly Listed[]) {
  return grouped(tools, ({ toolset }) => [toolset, toolset]);
}

/** What a model reads of them. */
function tokensOf(tools: readonly Listed[]): number {
  const read = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  return countTokens(JSON.stringify(read));
}

/** In Markdown; the first row is the head. */
export function table([head = [], ...rows]: (string | number)[][]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) =>
    cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | "),
  );
  return lines.map((line) => `| ${line} |`).join("\n");
}

function number(value: number): string {
  return value.toLocaleString("en");
}
