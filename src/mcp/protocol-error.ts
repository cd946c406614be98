/** An error that the SDK answers as a JSON-RPC error with this code and text, without the prefix of its `McpError`. */
export function protocolError(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
