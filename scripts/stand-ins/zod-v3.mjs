import { refuse } from "./refuse.cjs";

export const object = refuse("zod/v3");
