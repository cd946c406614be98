import { allTools } from "../../src/tools/index.ts";
import { startToolHarness, type ToolHarnessOptions } from "./tool-harness.ts";
import { toolNamed } from "./tool-named.ts";

/** The demo, and calls of tools by their names. */
export async function startApi(options: ToolHarnessOptions = {}) {
  const harness = await startToolHarness({ seed: "demo", ...options });
  const call = (name: string, args = {}) => harness.call(toolNamed(allTools, name), args);
  return { sandbox: harness.sandbox, call, [Symbol.asyncDispose]: harness[Symbol.asyncDispose] };
}
