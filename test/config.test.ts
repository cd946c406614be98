import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { settings } from "../src/settings.ts";
import { configOf, problemsOf, read } from "./support/read-config.ts";

test("works without any setting, on Kaneo Cloud and with signing in", () => {
  const config = configOf({});

  expect(config).toEqual({
    apiUrl: "https://cloud.kaneo.app",
    clientId: "kaneo-mcp",
    toolsets: ["default"],
    isReadOnly: false,
    allowInsecureHttp: false,
    logLevel: "warn",
  });
});

test("reads every variable", () => {
  const config = configOf({
    KANEO_API_URL: " https://kaneo.example.org/sub/api/ ",
    KANEO_API_KEY: "abcdefgh12345678",
    KANEO_MCP_CLIENT_ID: "my-client",
    KANEO_WORKSPACE: "Acme",
    KANEO_PROJECT: "WEB",
    KANEO_TOOLSETS: "tasks, Board",
    KANEO_READ_ONLY: "1",
    KANEO_TIMEZONE: "Europe/Berlin",
    KANEO_ALLOW_INSECURE_HTTP: "no",
    KANEO_MCP_DATA_DIR: "/var/lib/kaneo",
    KANEO_FILES_DIR: tmpdir(),
    KANEO_PROFILE: "work-2",
    KANEO_HEADERS: "CF-Access-Client-Id: id.access\n\n X-Front :  two words ",
    KANEO_LOG_LEVEL: "DEBUG",
  });

  expect(config).toEqual({
    apiUrl: "https://kaneo.example.org/sub",
    apiKey: "abcdefgh12345678",
    clientId: "my-client",
    workspace: "Acme",
    project: "WEB",
    toolsets: ["tasks", "board"],
    isReadOnly: true,
    timezone: "Europe/Berlin",
    allowInsecureHttp: false,
    dataDir: "/var/lib/kaneo",
    filesDir: tmpdir(),
    profile: "work-2",
    headers: { "cf-access-client-id": "id.access", "x-front": "two words" },
    logLevel: "debug",
  });
});

test.each([
  ["KANEO_BASE_URL", "apiUrl", "https://one.example.org"],
  ["KANEO_URL", "apiUrl", "https://two.example.org"],
  ["KANEO_WORKSPACE_ID", "workspace", "w123"],
  ["KANEO_API_KEY_FILE", "apiKeyFile", "/run/secrets/kaneo"],
] as const)("reads %s as well", (variable, setting, value) => {
  const config = configOf({ [variable]: value });

  expect(config[setting]).toBe(value);
});

test("prefers the first name of a setting to its other names", () => {
  const config = configOf({
    KANEO_URL: "https://c.example.org",
    KANEO_BASE_URL: "https://b.example.org",
    KANEO_API_URL: "https://a.example.org",
  });

  expect(config.apiUrl).toBe("https://a.example.org");
});

test("lets flags win over variables", () => {
  const config = configOf(
    { KANEO_API_URL: "https://a.example.org", KANEO_READ_ONLY: "0", KANEO_TOOLSETS: "nonsense" },
    "--api-url=https://flag.example.org",
    "--read-only",
    "--toolsets",
    "all",
  );

  expect(config).toMatchObject({
    apiUrl: "https://flag.example.org",
    isReadOnly: true,
    toolsets: ["all"],
  });
});

test.each(["", "   ", "\n", `\${user_config.any_field}`])(
  "takes a variable that a client or a bundle left as %j for absent where that is safe",
  (value) => {
    const variables = Object.entries(settings).flatMap(([, { variables, mustBeFilledIn }]) =>
      mustBeFilledIn ? [] : variables,
    );

    const config = configOf(Object.fromEntries(variables.map((name) => [name, value])));

    expect(config).toEqual(configOf({}));
  },
);

test.each(["UTC", "US/Pacific", "Europe/Kyiv"])("takes %s, another name of a zone", (timezone) => {
  const config = configOf({ KANEO_TIMEZONE: timezone });

  expect(config).toMatchObject({ timezone });
});

test("names every wrong value at once, with its variable and the reason", () => {
  const problems = problemsOf(
    {
      KANEO_BASE_URL: "http://kaneo.example.org",
      KANEO_API_KEY: "short",
      KANEO_MCP_CLIENT_ID: "two words",
      KANEO_TOOLSETS: "tasks,tsks",
      KANEO_READ_ONLY: "maybe",
      KANEO_TIMEZONE: "Mars/Olympus",
      KANEO_MCP_DATA_DIR: "~/kaneo",
      KANEO_LOG_LEVEL: "loud",
    },
    "stray",
    "--verbose",
  );

  expect(problems).toEqual([
    "Argument 1 belongs to no flag and is no command.",
    "--verbose is no flag of this command.",
    expect.stringMatching(/^KANEO_BASE_URL uses http:\/\/.*KANEO_ALLOW_INSECURE_HTTP/),
    "KANEO_API_KEY must be 8 to 512 visible ASCII characters without blanks.",
    "KANEO_MCP_CLIENT_ID must be 1 to 128 visible ASCII characters without blanks.",
    expect.stringMatching(/^KANEO_TOOLSETS must be one or several of default, all, .*\.$/),
    "KANEO_READ_ONLY must be 1 or 0.",
    "KANEO_TIMEZONE must be an IANA time zone such as Europe/Berlin.",
    "KANEO_MCP_DATA_DIR must be an absolute path, with the home directory written out.",
    "KANEO_LOG_LEVEL must be one of error, warn, info, debug.",
  ]);
});

test("a flag that is none gets the nearest that is, as a variable does", () => {
  const problems = problemsOf({}, "--api-ulr=https://kaneo.example.org", "--readonly");

  expect(problems).toEqual([
    "--api-ulr is no flag of this command; did you mean --api-url?",
    "--readonly is no flag of this command; did you mean --read-only?",
  ]);
});

test("never repeats what may be a secret", () => {
  const problems = problemsOf(
    {
      KANEO_API_KEY: "hunter22 word",
      KANEO_API_URL: "https://me:hunter22@kaneo.example.org",
      KANEO_TOOLSETS: "hunter22hunter22",
    },
    "--api-key=hunter22",
    "--api-key",
    "hunter",
    "hunter22hunter22",
    "https://me:hunter@kaneo.example.org",
    "--read-only=hunter22",
  );

  expect(problems).toHaveLength(9);
  expect(problems.join("\n")).not.toContain("hunter");
});

test("names the flag when the wrong value came by the flag", () => {
  const problems = problemsOf(
    { KANEO_API_URL: "https://kaneo.example.org" },
    "--api-url",
    "127.0.0.1:1337",
    "--toolsets=tsks",
  );

  expect(problems).toEqual([
    "--api-url lacks https:// at its start. Write it like https://kaneo.example.org.",
    expect.stringMatching(/^--toolsets must be one or several of default, all, /),
  ]);
});

test("takes a command's own words and flags as they are, whatever the variables hold", () => {
  const reading = readConfig({ KANEO_READ_ONLY: "maybe" }, ["install", "cursor", "--print"]);

  expect(reading).toEqual({ kind: "command", command: "install", argv: ["cursor", "--print"] });
});

test("a word that is no command gets the nearest one, and none is repeated", () => {
  const problems = [problemsOf({}, "help"), problemsOf({}, "unistall", "--read-only", "true")];

  expect(problems).toEqual([
    ["Argument 1 belongs to no flag and is no command; did you mean --help?"],
    [
      "Argument 1 belongs to no flag and is no command; did you mean uninstall?",
      "Argument 3 belongs to no flag.",
    ],
  ]);
});

test("refuses a key and a key file together", () => {
  const problems = problemsOf({ KANEO_API_KEY: "abcdefgh12345678", KANEO_API_KEY_FILE: "/key" });

  expect(problems).toEqual([
    "KANEO_API_KEY and KANEO_API_KEY_FILE are both set; keep one of them.",
  ]);
});

test("allows http to another machine only with the opt-in", () => {
  const url = { KANEO_API_URL: "http://kaneo.lan:1337" };

  const config = configOf({ ...url, KANEO_ALLOW_INSECURE_HTTP: "true" });

  expect(config.apiUrl).toBe("http://kaneo.lan:1337");
  expect(problemsOf(url)).toHaveLength(1);
});

test.each([["--api-url"], ["--api-url", "--read-only"], ["--toolsets="], ["--api-url", " "]])(
  "says that a flag without a value needs one: %s %s",
  (...argv) => {
    const problems = problemsOf({}, ...argv);

    expect(problems).toContainEqual(
      expect.stringMatching(/^--(api-url|toolsets) needs a value\.$/),
    );
  },
);

test.each([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
  ["-v", "version"],
])("answers %s even when a variable is wrong", (flag, kind) => {
  const reading = read({ KANEO_READ_ONLY: "maybe" }, flag);

  expect(reading).toEqual({ kind });
});

test.each([
  "shots",
  "/",
  "/nowhere/shots",
  fileURLToPath(import.meta.url),
  `${fileURLToPath(import.meta.url)}/shots`,
])("refuses %s as the folder of files", (path) => {
  const problems = problemsOf({ KANEO_FILES_DIR: path });

  expect(problems).toEqual([
    "KANEO_FILES_DIR must be a folder of its own that exists, not the whole disk, as an absolute path.",
  ]);
});
