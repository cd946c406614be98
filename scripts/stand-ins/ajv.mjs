import { refuse } from "./refuse.mjs";

export default refuse("ajv");
