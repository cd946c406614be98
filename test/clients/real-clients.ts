/** The real clients that run here, each with what it needs to speak to a scripted model instead of its own, and to nobody else. */
import type { Answers } from "./terminal.ts";

export interface RealClient {
  title: string;
  /** On npm, with its version. */
  package: string;
  /** What `install` calls it. */
  word: string;
  /** The words that start it with a first message. */
  start(message: string): string[];
  /** The words that ask it once, without a terminal: it prints its answer and ends. */
  once(message: string): string[];
  env(model: string): Record<string, string>;
  /** The files that a person would have by now, from the home. */
  files(model: string): Record<string, string>;
  /** What it asks on the way to the tool's answer, and what a person says to that. */
  answers: Answers;
  /** Where it makes a question of its own of the sign-in: the keys that open the link, and those that go on after the approval. */
  question?: { open: readonly string[]; goOn: readonly string[] };
}

const settings = (value: object) => JSON.stringify(value, undefined, 2);

export const realClients: readonly RealClient[] = [
  {
    title: "Claude Code",
    package: "@anthropic-ai/claude-code@2.1.332",
    word: "claude-code",
    start: (message) => ["claude", "--permission-mode", "default", message],
    once: (message) => ["claude", "-p", message, "--allowedTools", "mcp__kaneo__list_tasks"],
    env: (model) => ({
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_AUTH_TOKEN: "none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    }),
    files: () => ({}),
    answers: [
      [/Choose the text style/, "Enter"],
      [/Press Enter to continue/, "Enter"],
      [/❯ No, exit/, "Down", "Enter"],
      [/Do you want to proceed\?/, "Enter"],
    ],
    question: { open: ["Enter"], goOn: ["Enter"] },
  },
  {
    title: "Codex",
    package: "@openai/codex@0.169.0",
    word: "codex",
    start: (message) => ["codex", message],
    once: (message) => ["codex", "exec", "--skip-git-repo-check", message],
    env: () => ({}),
    files: (model) => ({
      ".codex/config.toml": `model = "scripted" # mine
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "Scripted"
base_url = "${model}/v1"
wire_api = "responses"

[analytics]
enabled = false
`,
    }),
    answers: [
      [/Do you trust/, "Enter"],
      [/Allow .*list_tasks/, "Enter"],
    ],
  },
  {
    title: "Gemini CLI",
    package: "@google/gemini-cli@0.61.0",
    word: "gemini",
    start: (message) => ["gemini", "--skip-trust", "-i", message],
    once: (message) => ["gemini", "--skip-trust", "--yolo", "-p", message],
    env: (model) => ({ GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: model }),
    files: () => ({
      ".gemini/settings.json": settings({
        security: { auth: { selectedType: "gemini-api-key" } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      }),
    }),
    answers: [[/Allow execution of MCP tool/, "Enter"]],
  },
  {
    title: "opencode",
    package: "opencode-ai@1.18.33",
    word: "opencode",
    start: (message) => ["opencode", "--prompt", message],
    once: (message) => ["opencode", "run", message],
    env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" }),
    files: (model) => ({
      ".config/opencode/opencode.json": settings({
        model: "scripted/scripted",
        small_model: "scripted/scripted",
        provider: {
          scripted: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${model}/v1` },
            models: { scripted: { name: "Scripted", tool_call: true } },
          },
        },
      }),
    }),
    answers: [],
  },
  {
    title: "Copilot CLI",
    package: "@github/copilot@1.0.102",
    word: "copilot",
    start: (message) => ["copilot", "-i", message],
    once: (message) => ["copilot", "-p", message, "--allow-all-tools"],
    env: (model) => ({
      COPILOT_OFFLINE: "true",
      COPILOT_AUTO_UPDATE: "false",
      COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
      COPILOT_MODEL: "scripted",
    }),
    files: () => ({}),
    answers: [
      [/Do you trust/, "Enter"],
      [/❯ 1\. Yes/, "Enter"],
    ],
    question: { open: ["Enter"], goOn: [] },
  },
];
