import { toolsetNames } from "../../src/tools/toolsets.ts";

/** A setting that a person may make where a client shows fields for them. */
export interface Setting {
  key: string;
  variable: string;
  title: string;
  description: string;
  /** Each has one: a field without is passed on as a placeholder by some clients. */
  default: string | boolean;
  isSecret?: true;
  /** Whether clients that can let the person pick a folder. */
  isFolder?: true;
}

export const settings: readonly Setting[] = [
  {
    key: "api_url",
    variable: "KANEO_API_URL",
    title: "Kaneo address",
    description: "Your Kaneo, with or without /api",
    default: "https://cloud.kaneo.app",
  },
  {
    key: "api_key",
    variable: "KANEO_API_KEY",
    title: "API key (optional)",
    description: "Leave empty to sign in through a link in the chat",
    default: "",
    isSecret: true,
  },
  {
    key: "read_only",
    variable: "KANEO_READ_ONLY",
    title: "Read only",
    description: "Only the tools that change nothing",
    default: false,
  },
  {
    key: "toolsets",
    variable: "KANEO_TOOLSETS",
    title: "Toolsets",
    description: `Which tools there are, with commas between: ${toolsetNames.join(", ")}`,
    default: "default",
  },
  {
    key: "files_dir",
    variable: "KANEO_FILES_DIR",
    title: "Folder for files (optional)",
    description:
      "The one folder whose files may be attached and imported, and where exports are put",
    default: "",
    isFolder: true,
  },
];
