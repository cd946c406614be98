import { expect, test } from "vitest";
import { settings } from "../src/settings.ts";
import { configOf, problemsOf, served } from "./support/read-config.ts";

test.each(["KANEO_API_URL", "KANEO_BASE_URL", "KANEO_READ_ONLY"])(
  "never takes an optional field of a bundle for absent in %s, where that is not the safer value",
  (name) => {
    const problems = problemsOf({ [name]: `\${user_config.field}` });

    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} holds a placeholder`))]);
  },
);

const allVariables = Object.values(settings).flatMap(({ variables }) => [...variables]);

test.each([
  `\${KANEO_VALUE}`,
  `\${KANEO_VALUE:-hunter22}`,
  `\${env:KANEO_VALUE}`,
  `\${input:kaneo-value}`,
  `https://\${HOST}/api`,
  "$KANEO_VALUE",
  "$HOME/kaneo",
  "$env:KANEO_VALUE",
  "$(cat /run/secrets/hunter22)",
  "%KANEO_VALUE%",
  "%APPDATA%\\kaneo",
  "{{ KANEO_VALUE }}",
  "{env:KANEO_VALUE}",
  "<your value>",
])("names a placeholder that nobody filled in, in every variable: %s", (value) => {
  for (const name of allVariables) {
    const problems = problemsOf({ [name]: value });

    expect(problems).toEqual([
      `${name} holds a placeholder that nothing has filled in; write the value itself there, or leave it out.`,
    ]);
  }
});

test.each([
  '"https://kaneo.example.org"',
  "'abcdefgh12345678'",
  "`abcdefgh12345678`",
  "“Acme”",
  '"abcdefgh12345678',
  'abcdefgh12345678"',
])("names quotes that became part of a value, in every variable: %s", (value) => {
  for (const name of allVariables) {
    const problems = problemsOf({ [name]: value });

    expect(problems).toEqual([
      `${name} is in quotes, which became part of the value; leave the quotes out.`,
    ]);
  }
});

test.each(["100% Acme", "R&D {internal}", "Team <3", "Dan's", "$100 club", 'Say "hi" twice'])(
  "takes a name as it is that only looks a little like a placeholder: %s",
  (name) => {
    const config = configOf({ KANEO_WORKSPACE: name, KANEO_PROJECT: name });

    expect(config).toMatchObject({ workspace: name, project: name });
  },
);

test("takes no key with a blank in it", () => {
  const problems = problemsOf({ KANEO_API_KEY: "Bearer abcdefgh12345678" });

  expect(problems).toEqual([
    "KANEO_API_KEY must be 8 to 512 visible ASCII characters without blanks.",
  ]);
});

test.each([
  ["https://kaneo.example.org/dashboard", "https://kaneo.example.org"],
  ["https://kaneo.example.org/dashboard/workspace/x", "https://kaneo.example.org"],
  [
    "https://kaneo.example.org/sub/dashboard/workspace/w/project/p/board?taskId=t#top",
    "https://kaneo.example.org/sub",
  ],
  ["https://kaneo.example.org/auth/sign-in?redirect=%2F", "https://kaneo.example.org"],
  ["https://kaneo.example.org/auth/verify-otp", "https://kaneo.example.org"],
  ["https://kaneo.example.org/invitation/accept/Gr0n", "https://kaneo.example.org"],
  ["https://kaneo.example.org/profile-setup", "https://kaneo.example.org"],
  ["https://kaneo.example.org/device?user_code=ABCD1234", "https://kaneo.example.org"],
  ["https://kaneo.example.org/dashboards", "https://kaneo.example.org/dashboards"],
])("takes an address as the browser shows it: %s", (address, apiUrl) => {
  const byVariable = configOf({ KANEO_API_URL: address });
  const byFlag = configOf({}, "--api-url", address);

  expect([byVariable.apiUrl, byFlag.apiUrl]).toEqual([apiUrl, apiUrl]);
});

test.each([
  ["KANEO_READONLY", "KANEO_READ_ONLY"],
  ["KANEO_MCP_READ_ONLY", "KANEO_READ_ONLY"],
  ["KANEO_READ_ONLY_MODE", "KANEO_READ_ONLY"],
  ["KANEO_ALLOW_WRITES", "KANEO_READ_ONLY"],
  ["kaneo_read_only", "KANEO_READ_ONLY"],
])("refuses to start with %s, since writes would work", (variable, meant) => {
  const reading = served({ [variable]: "1" });

  expect(reading.problems).toEqual([
    `${variable} is not read by kaneo-mcp: it is called ${meant}.`,
  ]);
  expect(reading.warnings).toEqual([]);
});

test.each([
  ["KANEO_HOST", "KANEO_API_URL"],
  ["KANEO_INSTANCE_URL", "KANEO_API_URL"],
  ["KANEO_API_URI", "KANEO_API_URL"],
  ["KANEO_MCP_API_URL", "KANEO_API_URL"],
  ["KANEO_TOKEN", "KANEO_API_KEY"],
  ["KANEO_APIKEY", "KANEO_API_KEY"],
  ["KANEO_API_TOKEN", "KANEO_API_KEY"],
  ["KANEO_TIME_ZONE", "KANEO_TIMEZONE"],
  ["KANEO_TZ", "KANEO_TIMEZONE"],
  ["KANEO_TOOLS", "KANEO_TOOLSETS"],
  ["KANEO_PROJECT_ID", "KANEO_PROJECT"],
  ["KANEO_HEADER", "KANEO_HEADERS"],
  ["KANEO_DATA_DIR", "KANEO_MCP_DATA_DIR"],
  ["KANEO_CLIENT_ID", "KANEO_MCP_CLIENT_ID"],
])("warns that %s is not read, and names %s", (variable, meant) => {
  const reading = served({ [variable]: "some value" });

  expect(reading.warnings).toEqual([
    `${variable} is not read by kaneo-mcp: it is called ${meant}.`,
  ]);
  expect(reading.problems).toEqual([]);
});

test("leaves alone what belongs to Kaneo itself, what is empty, and what is set as well by its right name", () => {
  configOf({
    KANEO_CLIENT_URL: "https://kaneo.example.org",
    KANEO_CLOUD: "true",
    KANEO_TEST_URL: "http://localhost:1337",
    KANEO_TEST_KEY: "abcdefgh12345678",
    KANEO_READONLY: "",
    KANEO_HOST: "other.example.org",
    KANEO_API_URL: "https://kaneo.example.org",
    READ_ONLY: "1",
  });
});

test.each([
  ["X-Front", /line 1 is not "Name: value"/],
  ["X-A: hunter22\nX-B hunter22", /line 2 is not/],
  ["X-A: hunter22\u0007", /line 1 is not/],
  ["X-Ä: hunter22", /line 1 is not/],
  ["Authorization: Basic hunter22", /sets authorization, which Kaneo or HTTP needs/],
  ["X-Api-Key: hunter22", /sets x-api-key/],
  ["cookie: hunter22", /sets cookie/],
  ["Content-Length: 22", /sets content-length/],
])("refuses the headers %j without repeating a value", (value, problem) => {
  const problems = problemsOf({ KANEO_HEADERS: value });

  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(problems[0]).toMatch(/^KANEO_HEADERS /);
  expect(problems[0]).not.toContain("hunter22");
});

test.each(["Work", "a b", "../x", "x".repeat(33)])("refuses the profile %j", (value) => {
  const problems = problemsOf({ KANEO_PROFILE: value });

  expect(problems).toEqual([expect.stringMatching(/^KANEO_PROFILE .*1 to 32 of a-z, 0-9 and -/)]);
});

test.each([
  "KANEO_SECRET_S",
  "KANEO_SECRET_KEY",
  "KANEO_SECRET_SLACK",
  "KANEO_SECRET_HOOK_FILE",
  "KANEO_SECRET_URL",
])("%s is a secret for integrations, and no mistake", (name) => {
  const reading = served({ [name]: "anything" });

  expect(reading).toMatchObject({ problems: [], warnings: [] });
});
