import packageJson from "../package.json" with { type: "json" };
import { type Client, clients, placesOf, wordFor } from "../src/cli/clients.ts";
import { withEntry } from "../src/cli/config-text.ts";
import { npxPackage, type Publication, releaseFile } from "../src/cli/publication.ts";
import { clientNotes } from "./client-notes.ts";
import { deepLinks } from "./distribution/links.ts";
import { table } from "./tool-docs.ts";

const { version } = packageJson;

/** The README's lines and buttons that get the program and add it, by where it is published. */
export function installLines(from: Publication): string {
  const links = deepLinks(version, from);
  const bundle = `[\`kaneo-mcp.mcpb\`](${releaseFile("kaneo-mcp.mcpb", version, from)}), opened with Claude Desktop`;
  const titles = [...clients.map(({ title }) => title), "LM Studio"];
  const rows = titles.map((title) => {
    const client = clients.find((one) => one.title === title);
    const line = client ? `\`kaneo-mcp install ${wordFor(client)}\`` : "";
    const button = links[title]?.web && `[Add to ${title}](${links[title].web})`;
    return [title, line, title === "Claude Desktop" ? bundle : (button ?? "")];
  });
  return `\`\`\`sh
npm install --global ${from.isOnNpm ? "kaneo-mcp" : npxPackage(version, from)}
kaneo-mcp install
\`\`\`

If you may not install for all users, add \`--prefix ~/.local\` to the first line, and \`~/.local/bin\` to your PATH.

<details>
<summary>One client only: a line or a button for each</summary>

${table([["Client", "in a terminal", "or"], ...rows])}

The buttons add Kaneo's cloud; for your own instance, change \`KANEO_API_URL\` in what they show.

</details>
`;
}

/** The sections of docs/clients.md: each client's line, file, entry, restart and log. */
export function clientSections(): string {
  return clients.map(section).join("\n");
}

/** The README's list of logs. */
export function logTable(): string {
  const rows = Object.entries(clientNotes).map(([title, { log }]) => [title, log]);
  return `<details>
<summary>Each client's log</summary>

${table([["Client", "Its log"], ...rows])}

</details>`;
}

function section(client: Client): string {
  const { title } = client;
  const note = clientNotes[title];
  if (!note)
    throw new Error(
      `Say in scripts/client-notes.ts how ${title} is restarted, and where its log is.`,
    );
  const launch = {
    command: "node",
    args: ["/path/to/kaneo-mcp/dist/kaneo-mcp.cjs"],
    env: { KANEO_API_URL: "https://cloud.kaneo.app" },
  };
  const name = "kaneo";
  const entry = withEntry("", { ...client, name }, client.entry(launch, name)).trimEnd();
  return `### ${title}

\`\`\`sh
kaneo-mcp install ${wordFor(client)}
\`\`\`

- Its file: ${filesOf(client)}.${note.file ? ` ${note.file}` : ""}
- To restart it: ${note.restart}
- Its log: ${note.log}

<details>
<summary>By hand</summary>

\`\`\`${client.format}
${entry}
\`\`\`

</details>
`;
}

/** On each system, where they differ. */
function filesOf(client: Client): string {
  const [linux, mac] = (["linux", "darwin"] as const).map((platform) =>
    client
      .files(placesOf(platform, "~", {}))
      .map(quoted)
      .join(" or "),
  );
  const home = "%USERPROFILE%";
  const windows = client
    .files(placesOf("win32", home, { APPDATA: "%APPDATA%" }))
    .map((path) => quoted(path.replaceAll("/", "\\")))
    .join(" or ");
  const unix = linux === mac ? `${linux} (Linux, macOS)` : `${linux} (Linux), ${mac} (macOS)`;
  return `${unix}, ${windows} (Windows)`;
}

function quoted(path: string): string {
  return `\`${path}\``;
}
