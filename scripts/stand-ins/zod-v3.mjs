import { refuse } from "./refuse.mjs";

export const object = refuse("zod/v3");
