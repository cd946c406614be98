/** Gives a tool's text; throws it where the call failed, which must not happen. */
export async function callTool(
  server: CallingServer,
  name: string,
  args: Record<string, unknown>,
): Promise<string> {
  const { text, isError } = await server.call(name, args);
  if (isError) throw new Error(text);
  return text;
}

interface CallingServer {
  call(name: string, args: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
}
