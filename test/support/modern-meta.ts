/** What every request of MCP 2026-07-28 says about itself; tests of the built program must not load its sources. */
export function modernMeta(capabilities: Record<string, unknown> = {}) {
  return {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    },
  };
}
