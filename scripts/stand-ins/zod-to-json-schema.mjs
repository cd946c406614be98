import { refuse } from "./refuse.cjs";

export const zodToJsonSchema = refuse("zod-to-json-schema");
