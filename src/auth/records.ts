import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { FileContent } from "./private-file.ts";
import type { PrivateFolder } from "./private-folder.ts";

const VERSION = 1;

const ownerSchema = z.object({ version: z.number(), base: z.string(), clientId: z.string() });

/** The instance and client that a file belongs to: a token never goes to another one. */
export interface RecordOwner {
  base: string;
  clientId: string;
}

/** JSON files that carry a version and their owner, and are checked for both. */
export interface Records {
  /** The file's record; undefined when there is none for us. What is damaged or foreign is renamed aside and warned about. */
  load<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** The record in `content`, without touching anything. */
  valueOf<T>(content: FileContent, schema: z.ZodType<T>): T | undefined;
  textOf(record: object): string;
  /** @throws Error when a newer version of this program wrote the file: it must not be overwritten. */
  refuseNewer(name: string): Promise<void>;
}

type Judgement<T> =
  | { kind: "fine"; value: T }
  | { kind: "absent" | "newer" }
  | { kind: "damaged"; reason: string };

export function createRecords(options: {
  folder: PrivateFolder;
  owner: RecordOwner;
  warn(message: string): void;
}): Records {
  const { folder, owner, warn } = options;
  const pathOf = (name: string) => join(folder.path, name);

  const setAside = async (name: string, reason: string, schema: z.ZodType) => {
    const aside = `${name}.damaged-${randomBytes(6).toString("hex")}`;
    const isDamaged = (content: FileContent) => judge(content, schema, owner).kind === "damaged";
    try {
      if (!(await folder.moveAside(name, aside, isDamaged))) return;
      warn(`${pathOf(name)} ${reason}. It is not used and was renamed to ${aside}.`);
    } catch {
      warn(`${pathOf(name)} ${reason}. It is not used; please move it away.`);
    }
  };

  return {
    load: async (name, schema) => {
      const judgement = judge(await folder.read(name), schema, owner);
      if (judgement.kind === "fine") return judgement.value;
      if (judgement.kind === "damaged") await setAside(name, judgement.reason, schema);
      return undefined;
    },
    valueOf: (content, schema) => {
      const judgement = judge(content, schema, owner);
      return judgement.kind === "fine" ? judgement.value : undefined;
    },
    textOf: (record) => JSON.stringify({ version: VERSION, ...owner, ...record }),
    refuseNewer: async (name) => {
      if (judge(await folder.read(name), z.unknown(), owner).kind !== "newer") return;
      throw new Error(`${pathOf(name)} was written by a newer version of kaneo-mcp`);
    },
  };
}

function judge<T>(content: FileContent, schema: z.ZodType<T>, owner: RecordOwner): Judgement<T> {
  if (content.kind === "unusable") return { kind: "damaged", reason: content.reason };
  if (content.kind !== "text") return { kind: "absent" };
  const json = parseJson(content.text);
  const label = ownerSchema.safeParse(json).data;
  if (!label) return { kind: "damaged", reason: "is damaged" };
  if (label.version > VERSION) return { kind: "newer" };
  if (label.base !== owner.base || label.clientId !== owner.clientId) {
    return { kind: "damaged", reason: "belongs to another Kaneo instance or client id" };
  }
  const value = schema.safeParse(json);
  if (!value.success) return { kind: "damaged", reason: "is damaged" };
  return { kind: "fine", value: value.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged like any other content of the wrong shape.
    return undefined;
  }
}
