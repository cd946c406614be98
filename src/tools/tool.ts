import type { z } from "zod";
import { isFailure } from "../errors.ts";
import type { FilesFolder } from "../files/folder.ts";
import { mapTexts } from "../json.ts";
import { NO_ACCESS } from "../kaneo/api/failures.ts";
import type { Kaneo } from "../kaneo/api/kaneo.ts";
import type { Session } from "../session.ts";
import { limitAnswer, MOST_CHARACTERS } from "../text/text.ts";
import { cleanText } from "../untrusted.ts";
import { readArguments } from "./arguments.ts";
import type { Toolset } from "./toolsets.ts";
import { type WireSchema, wireSchemaOf } from "./wire-schema.ts";

/** What one call works with. */
export interface ToolContext {
  kaneo: Kaneo;
  session: Session;
  /** IANA zone in which days without a time are meant. */
  timeZone: string;
  /** There where nobody configured the zone, so that it is this machine's: the first answer that shows a day says so. */
  assumedZone?: { isSaid: boolean } | undefined;
  /** What is odd about the configuration, in whole sentences, for whoami. */
  configWarnings: readonly string[];
  /**
   * The secret that whoever set this server up gave under this name.
   *
   * @throws KaneoMcpError "invalid_input" or "config" when there is none.
   */
  readSecret(name: string): Promise<string>;
  isReadOnly: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The one folder of the person's disk that a call may use. */
  files: FilesFolder;
  /** Aborted when the client cancels the call; already bound into `kaneo`. */
  signal: AbortSignal | undefined;
  /** @throws KaneoMcpError "conflict" where the very same call may have been done a while ago, and nobody heard of it. */
  assertHeard?: (() => void) | undefined;
}

/** A picture for a model. */
export interface ShownImage {
  bytes: Buffer;
  /** Such as `image/png`. */
  contentType: string;
}

/** What a client's views are given beside the text, and a model is not. */
export interface Beside {
  structuredContent?: object;
  _meta?: Record<string, unknown>;
}

/** What a call came to. */
export interface Answer {
  text: string;
  images: readonly ShownImage[];
  beside: Beside;
}

export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
}

/** What has a page of its own in Kaneo's web app. */
export interface PageOf {
  project: { id: string; workspaceId: string; isPublic?: boolean | undefined };
  task?: { id: string };
  /** Whether to look, once, where the page is. Default true; many answers are as good without. */
  mayAsk?: boolean;
}

/** Everything about one tool, in one place. */
export interface ToolDefinition<Input extends z.ZodObject, Result> {
  name: string;
  toolset: Toolset;
  /** Where its name does not read as one: `create_column` is "Create column" by itself. */
  title?: string;
  description: string;
  annotations: ToolAnnotations;
  input: Input;
  /** Words by which Claude Code's search finds it, besides those of its name. */
  foundBy?: string;
  /** Shown to the model there from the beginning, instead of when that search finds it. */
  isAlwaysLoaded?: true;
  /**
   * What it has to do with the board's view (MCP Apps): `view` tools have it shown beside their answer, `app` tools are called
   * by it only. Clients without MCP Apps know nothing of either.
   */
  ui?: "view" | "app";
  /** Other names of arguments, which are read and not shown: old ones, and those that a model thinks of. */
  alsoRead?: Readonly<Record<string, string>>;
  /**
   * Arguments of a call that does what the tool is for, in the tests' demo. Ids, which nobody can know beforehand, are left
   * out, and with them the whole where there is nothing else: test/support/example-ids.ts adds them.
   */
  example?: Partial<z.input<Input>>;
  /** Which calls of a tool without `idempotentHint` do more when they are made again. Default: all. */
  doubles?(args: z.output<Input>): boolean;
  run(args: z.output<Input>, context: ToolContext): Promise<Result>;
  /** The one task or project that an answer is about: it ends with the address of its page, where that is known. */
  page?(result: Result): PageOf | undefined;
  images?(result: Result): readonly ShownImage[];
  beside?(result: Result, context: ToolContext): Beside;
  /** The answer for a model: compact text. */
  text(result: Result, context: ToolContext): string;
}

/** A tool whose types are sealed, so that a list can hold every one. */
export interface Tool {
  readonly name: string;
  readonly toolset: Toolset;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations & { title: string; openWorldHint: boolean };
  readonly ui?: "view" | "app";
  /** Made at the first look. */
  readonly inputSchema: WireSchema;
  readonly _meta?: Readonly<Record<string, unknown>>;
  readonly example: Record<string, unknown>;
  /** Reads the arguments, runs, and makes the answer. @throws KaneoMcpError of any kind. */
  call(args: unknown, context: ToolContext): Promise<Answer>;
}

/** What a client is told of a tool. */
export type ListedTool = Omit<Tool, "call" | "example" | "toolset" | "ui">;

/** Seals a definition. */
export function defineTool<Input extends z.ZodObject, Result>(
  definition: ToolDefinition<Input, Result>,
): Tool {
  const { name, toolset, description, input, example = {} } = definition;
  const _meta = metaOf(definition);
  const { title = inWords(name) } = definition;
  let schema: WireSchema | undefined;
  const inputSchema = () => {
    schema ??= wireSchemaOf(input);
    return schema;
  };
  return {
    name,
    toolset,
    title,
    description,
    example,
    ...(_meta && { _meta }),
    // Every tool talks to Kaneo, whose content other people change.
    annotations: { title, ...definition.annotations, openWorldHint: true },
    ...(definition.ui && { ui: definition.ui }),
    get inputSchema() {
      return listedSchema(inputSchema());
    },
    call: async (args, context) => {
      const { alsoRead, ui } = definition;
      const accepted = { input, schema: inputSchema(), alsoRead, isTyped: ui === "app" };
      const read = readArguments(args, accepted);
      if (definition.doubles?.(read) ?? true) context.assertHeard?.();
      const result = await definition.run(read, context).catch((error: unknown) => {
        // What others renamed, deleted or left a moment ago may still stand in a list that is kept.
        const { kaneo } = context;
        const isStale = isOfOldList(error) && kaneo.usesOlder() && !kaneo.writesSent();
        if (!isStale) throw error;
        return definition.run(read, { ...context, kaneo: kaneo.asOf(kaneo.startedAt) });
      });
      const page = definition.page?.(result);
      const address = page && (await addressesOf(page, context));
      const said = withZone(definition.text(result, context), context);
      // Whatever they forgot: nothing invisible leaves.
      return {
        text: limitAnswer(cleanText(address === undefined ? said : `${said}\n${address}`)),
        images: definition.images?.(result) ?? [],
        beside: mapTexts(definition.beside?.(result, context) ?? {}, cleanText),
      };
    },
  };
}

/** What single clients understand besides. */
function metaOf({ foundBy, isAlwaysLoaded }: { foundBy?: string; isAlwaysLoaded?: true }) {
  if (isAlwaysLoaded) return { "anthropic/alwaysLoad": true };
  return foundBy === undefined ? undefined : { "anthropic/searchHint": foundBy };
}

/** Whether a list that has become old may be why. */
function isOfOldList(error: unknown): boolean {
  const isLeft = isFailure(error, "forbidden") && error.message.includes(NO_ACCESS);
  return isLeft || isFailure(error, "not_found", "ambiguous");
}

/** The schema as clients are told it: what is empty counts as left out, which one that checks arguments would refuse. */
function listedSchema(schema: WireSchema): WireSchema {
  const isLeastLength = (key: string) => key === "minLength" || key === "minItems";
  const listed = (key: string, value: unknown) => (isLeastLength(key) ? undefined : value);
  return JSON.parse(JSON.stringify(schema, listed));
}

/** `Create column` of `create_column`. */
function inWords(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

/** As {@link addressOf}, and where a public project is shown to those who are not signed in. */
async function addressesOf(page: PageOf, context: ToolContext): Promise<string | undefined> {
  const address = await addressOf(page, context);
  if (!page.project.isPublic || page.task || address === undefined) return address;
  const base = await context.kaneo.webPage(false);
  return `${address}\nFor anyone: ${base}/public-project/${page.project.id}`;
}

/** Where Kaneo shows it in the browser; undefined where that is not known. */
export async function addressOf(
  { project, task, mayAsk = true }: PageOf,
  { kaneo }: ToolContext,
): Promise<string | undefined> {
  const base = await kaneo.webPage(mayAsk);
  if (base === undefined) return undefined;
  const place = task === undefined ? "board" : `task/${task.id}`;
  return `${base}/dashboard/workspace/${project.workspaceId}/project/${project.id}/${place}`;
}

function withZone(text: string, { assumedZone, timeZone }: ToolContext): string {
  const notice = `\nDays are meant in ${timeZone}, this machine's zone: KANEO_TIMEZONE is not set.`;
  const isDue = assumedZone?.isSaid === false && /\b\d{4}-\d\d-\d\d\b/.test(text);
  if (!isDue || text.length + notice.length > MOST_CHARACTERS) return text;
  assumedZone.isSaid = true;
  return text + notice;
}
