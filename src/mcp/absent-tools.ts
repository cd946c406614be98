/** Tools that this program has, and this process has not: what calls, prompts and resources say then. */
import { selectTools, type ToolSelection } from "../tools/toolsets.ts";

/** Which of these tools are switched off here, and what switches them on; undefined when that is true of none. */
export async function absenceOf(
  names: readonly string[],
  { toolsets, isReadOnly }: ToolSelection,
): Promise<string | undefined> {
  const { allTools } = await import("../tools/index.ts");
  const named = allTools.filter(({ name }) => names.includes(name));
  const present = selectTools(named, { toolsets, isReadOnly });
  const absent = named.filter((tool) => !present.includes(tool));
  if (absent.length === 0) return undefined;
  const chosen = selectTools(named, { toolsets, isReadOnly: false });
  const lacking = new Set(absent.flatMap((one) => (chosen.includes(one) ? [] : [one.toolset])));
  const isHeldBack = isReadOnly && absent.some(({ annotations }) => !annotations.readOnlyHint);
  return [
    `Switched off here: ${absent.map(({ name }) => name).join(", ")}.`,
    ...(lacking.size > 0 ? [`KANEO_TOOLSETS=${[...toolsets, ...lacking]} would have it.`] : []),
    ...(isHeldBack ? ["KANEO_READ_ONLY leaves out what changes something."] : []),
    "That is set where the client starts this server; restart the client then.",
  ].join(" ");
}
