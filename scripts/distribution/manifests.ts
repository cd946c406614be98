import { type Publication, releaseFile, repositoryUrl } from "../../src/cli/publication.ts";
import { type Setting, settings } from "./settings.ts";

/** What the manifests say of this version. */
export interface Facts {
  version: string;
  license: string;
  author: string;
  publication: Publication;
  /** As the built server lists them. */
  tools: readonly { name: string; description: string }[];
}

const ABOUT = {
  title: "Kaneo",
  // The registry takes 100 characters at most.
  description:
    "Tasks, boards, comments and time in Kaneo, cloud or self-hosted; sign in through a link in the chat",
  website: "https://kaneo.app",
};

const bySetting = <T>(value: (setting: Setting) => T, name: "key" | "variable" = "key") =>
  Object.fromEntries(settings.map((setting) => [setting[name], value(setting)]));

/** What Claude Desktop and Claude Code put into the environment, from the fields of the person. */
const filledIn = bySetting(({ key }) => `\${user_config.${key}}`, "variable");
const field = ({ title, description, isSecret, isFolder, default: value }: Setting) => ({
  type: isFolder ? "directory" : typeof value,
  title,
  description,
  required: false,
  default: value,
  ...(isSecret && { sensitive: true }),
});

/** `manifest.json` of the bundle for Claude Desktop (MCPB 0.3). */
export function bundleManifest({ version, license, author, publication, tools }: Facts) {
  const repository = repositoryUrl(publication);
  return {
    $schema:
      "https://raw.githubusercontent.com/modelcontextprotocol/mcpb/main/schemas/mcpb-manifest-v0.3.schema.json",
    manifest_version: "0.3",
    name: "kaneo-mcp",
    display_name: ABOUT.title,
    version,
    description: ABOUT.description,
    author: { name: author },
    license,
    icon: "icon.png",
    icons: [{ src: "icon.png", size: "512x512" }],
    repository: { type: "git", url: repository },
    homepage: ABOUT.website,
    support: `${repository}/issues`,
    privacy_policies: ["https://kaneo.app/privacy"],
    server: {
      type: "node",
      entry_point: "server/kaneo-mcp.cjs",
      mcp_config: {
        command: "node",
        args: [`\${__dirname}/server/kaneo-mcp.cjs`],
        env: filledIn,
      },
    },
    tools: tools.map(({ name, description }) => ({ name, description })),
    tools_generated: true,
    prompts_generated: true,
    keywords: ["kaneo", "tasks", "project management"],
    compatibility: {
      claude_desktop: ">=0.10.0",
      platforms: ["darwin", "win32", "linux"],
      runtimes: { node: ">=20.18.1" },
    },
    user_config: bySetting(field),
  };
}

/** `server.json` for the MCP registry; `fileSha256` is that of the bundle. */
export function registryEntry({ version, publication }: Facts, fileSha256: string) {
  const repository = repositoryUrl(publication);
  const transport = { type: "stdio" };
  const icon = `https://raw.githubusercontent.com/${publication.owner}/kaneo-mcp/v${version}/assets/icon.png`;
  const variables = settings.map((setting) => ({
    name: setting.variable,
    description: setting.description,
    ...(typeof setting.default === "boolean" && { format: "boolean" }),
    ...(setting.isSecret ? { isSecret: true } : { default: String(setting.default) }),
  }));
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: `io.github.${publication.owner}/kaneo-mcp`,
    title: ABOUT.title,
    description: ABOUT.description,
    version,
    websiteUrl: repository,
    repository: { url: repository, source: "github" },
    icons: [{ src: icon, mimeType: "image/png", sizes: ["512x512"] }],
    packages: [
      ...(publication.isOnNpm
        ? [
            {
              registryType: "npm",
              identifier: "kaneo-mcp",
              version,
              runtimeHint: "npx",
              transport,
              environmentVariables: variables,
            },
          ]
        : []),
      {
        registryType: "mcpb",
        identifier: releaseFile("kaneo-mcp.mcpb", version, publication),
        version,
        fileSha256,
        transport,
      },
    ],
  };
}

/** The files of a Claude Code marketplace with one plugin in `plugin/`, by their paths. */
export function claudeManifests({ version, license, author, publication }: Facts) {
  const { description } = ABOUT;
  const plugin = { name: "kaneo", description };
  return {
    ".claude-plugin/marketplace.json": {
      name: "kaneo-mcp",
      owner: { name: author },
      description,
      plugins: [{ ...plugin, source: "./plugin" }],
    },
    "plugin/.claude-plugin/plugin.json": {
      ...plugin,
      version,
      author: { name: author },
      license,
      homepage: repositoryUrl(publication),
      userConfig: bySetting(field),
      mcpServers: {
        kaneo: {
          command: "node",
          args: [`\${CLAUDE_PLUGIN_ROOT}/server/kaneo-mcp.cjs`],
          env: filledIn,
        },
      },
    },
  };
}

/** The files of a Codex marketplace with one plugin in `plugins/kaneo/`. Codex has no fields for settings: its variables are passed on. */
export function codexManifests({ version }: Facts) {
  const { title, description } = ABOUT;
  return {
    ".agents/plugins/marketplace.json": {
      name: "kaneo-mcp",
      interface: { displayName: "kaneo-mcp" },
      plugins: [
        {
          name: "kaneo",
          source: { source: "local", path: "./plugins/kaneo" },
          policy: { installation: "AVAILABLE", authentication: "ON_INSTALL" },
          category: "Productivity",
        },
      ],
    },
    "plugins/kaneo/.codex-plugin/plugin.json": {
      name: "kaneo",
      version,
      description,
      skills: "./skills/",
      mcpServers: "./.mcp.json",
      interface: { displayName: title, shortDescription: description },
    },
    "plugins/kaneo/.mcp.json": {
      mcpServers: {
        kaneo: {
          command: "node",
          args: ["./server/kaneo-mcp.cjs"],
          cwd: ".",
          env_vars: settings.map(({ variable }) => variable),
        },
      },
    },
  };
}

/** `gemini-extension.json`. Gemini passes on only the variables that are named here. */
export function geminiManifest({ version }: Facts) {
  return {
    name: "kaneo",
    version,
    description: ABOUT.description,
    mcpServers: {
      kaneo: {
        command: "node",
        args: [`\${extensionPath}\${/}server\${/}kaneo-mcp.cjs`],
        cwd: `\${extensionPath}`,
      },
    },
    contextFileName: "GEMINI.md",
    settings: settings.map(({ title, description, variable, isSecret }) => ({
      name: title,
      description,
      envVar: variable,
      ...(isSecret && { sensitive: true }),
    })),
  };
}
