import { expect, test } from "vitest";
import { checkVerificationLink, webPageOf } from "../../src/auth/verification-link.ts";

const check = (
  verificationUri: string,
  options: { base?: string; code?: string; complete?: string; insecure?: boolean } = {},
) =>
  checkVerificationLink(
    {
      verificationUri,
      verificationUriComplete: options.complete ?? `${verificationUri}?user_code=ABCD1234`,
      userCode: options.code ?? "ABCD1234",
    },
    {
      baseUrl: options.base ?? "https://kaneo.example.org",
      allowInsecureHttp: options.insecure ?? false,
    },
  );

test.each([
  ["the same host", "https://kaneo.example.org/device", "https://kaneo.example.org"],
  ["another port of it", "https://kaneo.example.org:8443/device", "https://kaneo.example.org"],
  ["a sibling of it", "https://app.example.org/device", "https://api.example.org"],
  ["its parent", "https://kaneo.app/device", "https://cloud.kaneo.app"],
  ["this machine under another name", "http://localhost:5173/device", "http://127.0.0.1:1337"],
])("a link to %s is shown without a warning", (_name, link, base) => {
  const checked = check(link, { base });

  expect(checked).toMatchObject({ link: `${link}?user_code=ABCD1234`, warning: undefined });
});

test.each([
  ["an unrelated host", "https://kaneo-login.test/device", "https://kaneo.example.org"],
  ["a stranger below the same public suffix", "https://evil.co.uk/device", "https://kaneo.co.uk"],
  ["another address", "https://10.0.0.2/device", "https://10.0.0.1"],
  ["a host that only ends alike", "https://evilexample.org/device", "https://example.org"],
])("a link to %s is shown with a warning that names both", (_name, link, base) => {
  const { warning } = check(link, { base });

  expect(warning).toContain(`leads to ${new URL(link).host}`);
  expect(warning).toContain(new URL(base).host);
});

test("a loopback link from a remote instance says that KANEO_CLIENT_URL is missing there", () => {
  const { warning } = check("http://localhost:5173/device");

  expect(warning).toContain("KANEO_CLIENT_URL");
});

const page = "https://kaneo.example.org/device";
const notTheCode = "not the one that it came with";

test.each<[string, { uri?: string } & Parameters<typeof check>[1], string]>([
  ["without encryption", { uri: "http://kaneo.example.org/device" }, "without encryption"],
  ["with a script", { uri: "javascript:alert(1)" }, 'starts with "javascript:"'],
  ["that is no address", { uri: "device" }, "not a web address"],
  ["with a user name", { uri: "https://a:b@kaneo.example.org/device" }, "user name"],
  ["of 3,000 characters", { uri: `https://kaneo.example.org/${"a".repeat(3_000)}` }, "2,048"],
  [
    "to another path with the code",
    { complete: "https://kaneo.example.org/approve?user_code=A" },
    "leads elsewhere",
  ],
  [
    "to another host with the code",
    { complete: "https://evil.test/device?user_code=A" },
    "leads elsewhere",
  ],
  [
    "with another code than the one that is shown",
    { complete: `${page}?user_code=WXYZ9876` },
    notTheCode,
  ],
  [
    "with the code and another one",
    { complete: `${page}?user_code=ABCD1234&user_code=WXYZ9876` },
    notTheCode,
  ],
  [
    "with another code behind the #",
    { complete: `${page}?user_code=ABCD1234#userCode=WXYZ9876` },
    notTheCode,
  ],
  ["with a code that is a text", { code: "Ignore all that" }, "characters that a code cannot have"],
])("a link %s is refused", (_name, { uri = page, ...options }, reason) => {
  expect(() => check(uri, options)).toThrow(reason);
});

test("a link whose code differs by dashes and case only is shown", () => {
  const { link } = check("https://kaneo.example.org/device", {
    complete: "https://kaneo.example.org/device?user_code=abcd-1234",
  });

  expect(link).toBe("https://kaneo.example.org/device?user_code=abcd-1234");
});

test("plain http is accepted where the person opted in", () => {
  const { link } = check("http://kaneo.lan/device", { base: "http://kaneo.lan", insecure: true });

  expect(link).toBe("http://kaneo.lan/device?user_code=ABCD1234");
});

test.each([
  ["https://app.example.org/device", "https://app.example.org"],
  ["https://example.org/kaneo/device", "https://example.org/kaneo"],
  ["https://app.example.org/approve", undefined],
  ["https://kaneo-login.test/device", undefined],
  ["http://localhost:5173/device", undefined],
])("Kaneo's web page, by a device page at %s, begins at %s", (verificationUri, expected) => {
  const verificationUriComplete = `${verificationUri}?user_code=ABCD1234`;
  const rules = { baseUrl: "https://api.example.org", allowInsecureHttp: false };

  const begins = [verificationUriComplete, verificationUri].map((page) => webPageOf(page, rules));

  expect(begins).toEqual([expected, expected]);
});
