import { npxPackage, type Publication } from "../../src/cli/publication.ts";

/** Links that add the server to a client with one click; `web` where a page may not hold the client's own scheme. */
export function deepLinks(
  version: string,
  publication: Publication,
): Record<string, { app?: string; web?: string }> {
  const args = ["-y", npxPackage(version, publication)];
  const entry = { command: "npx", args, env: { KANEO_API_URL: "https://cloud.kaneo.app" } };
  const json = encodeURIComponent(JSON.stringify(entry));
  const base64 = encodeURIComponent(Buffer.from(JSON.stringify(entry)).toString("base64"));
  const named = encodeURIComponent(JSON.stringify({ name: "kaneo", ...entry }));
  const goose = new URLSearchParams([
    ["cmd", "npx"],
    ...args.map((arg): [string, string] => ["arg", arg]),
    ["id", "kaneo"],
    ["name", "Kaneo"],
    ["description", "Tasks in Kaneo"],
  ]);
  return {
    Cursor: {
      app: `cursor://anysphere.cursor-deeplink/mcp/install?name=kaneo&config=${base64}`,
      web: `https://cursor.com/en/install-mcp?name=kaneo&config=${base64}`,
    },
    "VS Code": {
      app: `vscode:mcp/install?${named}`,
      web: `https://insiders.vscode.dev/redirect/mcp/install?name=kaneo&config=${json}`,
    },
    "LM Studio": {
      app: `lmstudio://add_mcp?name=kaneo&config=${base64}`,
      web: `https://lmstudio.ai/install-mcp?name=kaneo&config=${base64}`,
    },
    Goose: {
      app: `goose://extension?${goose}`,
      web: `https://block.github.io/goose/extension?${goose}`,
    },
    Kiro: { web: `https://kiro.dev/launch/mcp/add?name=kaneo&config=${json}` },
  };
}
