import { refuse } from "./refuse.mjs";

export const zodToJsonSchema = refuse("zod-to-json-schema");
