import { expect, test } from "vitest";
import { readConfig } from "../src/config.ts";

const knownToolsets = ["default", "all", "tasks", "board"];

function read(env: Record<string, string>, ...argv: string[]) {
  return readConfig({ env, argv, knownToolsets });
}

function configOf(env: Record<string, string>, ...argv: string[]) {
  const reading = read(env, ...argv);
  if (reading.kind !== "serve") throw new Error(JSON.stringify(reading));
  return reading.config;
}

function problemsOf(env: Record<string, string>, ...argv: string[]) {
  const reading = read(env, ...argv);
  return reading.kind === "invalid" ? reading.problems : [];
}

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

test.each(["", "   ", `\${KANEO_API_KEY}`, `\${env:KANEO_API_KEY}`, `\${user_config.api_key}`])(
  "takes a variable that a client left as %j for absent",
  (value) => {
    const config = configOf({
      KANEO_API_KEY: value,
      KANEO_API_KEY_FILE: value,
      KANEO_READ_ONLY: value,
      KANEO_TIMEZONE: value,
      KANEO_API_URL: value,
      KANEO_URL: "https://kaneo.example.org",
    });

    expect(config.apiKey).toBeUndefined();
    expect(config.apiUrl).toBe("https://kaneo.example.org");
  },
);

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
    "--verbose",
    "stray",
  );

  expect(problems).toEqual([
    "--verbose is not a flag of kaneo-mcp; --help lists them.",
    "Argument 2 belongs to no flag.",
    expect.stringMatching(/^KANEO_BASE_URL is refused\. .*http:\/\/.*KANEO_ALLOW_INSECURE_HTTP/),
    "KANEO_API_KEY must be 8 to 512 visible ASCII characters without blanks.",
    "KANEO_MCP_CLIENT_ID must be 1 to 128 visible ASCII characters without blanks.",
    'KANEO_TOOLSETS names "tsks"; there are default, all, tasks, board.',
    "KANEO_READ_ONLY must be 1 or 0.",
    "KANEO_TIMEZONE must be an IANA time zone such as Europe/Berlin.",
    "KANEO_MCP_DATA_DIR must be an absolute path, with the home directory written out.",
    "KANEO_LOG_LEVEL must be one of error, warn, info, debug.",
  ]);
});

test("never repeats what may be a secret", () => {
  const problems = problemsOf(
    { KANEO_API_KEY: "secret word", KANEO_API_URL: "https://me:secret@kaneo.example.org" },
    "--api-key=secret",
    "secret",
    "--read-only=secret",
  );

  expect(problems).toHaveLength(5);
  expect(problems.join("\n")).not.toContain("secret");
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

test.each([["--api-url"], ["--api-url", "--read-only"], ["--toolsets="], ["--api-url", `\${URL}`]])(
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
