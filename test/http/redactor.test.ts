import { expect, test } from "vitest";
import { createRedactor } from "../../src/http/redactor.ts";

test("takes out known secrets wherever they stand, also URL-encoded", () => {
  const redactor = createRedactor();
  redactor.add("tok/en+1");
  redactor.add("tok/en+1.signature");

  const text = redactor.redact("a tok/en+1 b?t=tok%2Fen%2B1&x (tok/en+1.signature)");

  expect(text).toBe("a [redacted] b?t=[redacted]&x ([redacted])");
});

test("hides known secrets and leaves what only looks like one", () => {
  const redactor = createRedactor();
  redactor.add("abcdef123");

  const text = redactor.hide("token=abcdef123 and token=other-words");

  expect(text).toBe("token=[redacted] and token=other-words");
});

test.each([
  ["cut behind 40", "a 0123456789abcdefghijklmnopqrstuvwxyzABCD… b", "a [redacted]… b"],
  ["cut before its last 20", "…GHIJKLMNOPQRSTUVWXYZ b", "…[redacted] b"],
  ["cut behind 20, twice,", `${"0123456789abcdefghij".repeat(2)}`, "[redacted][redacted]"],
])("takes out what is left of a known secret that was %s", (_, text, expected) => {
  const redactor = createRedactor();
  redactor.add("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

  const hidden = redactor.hide(text);

  expect(hidden).toBe(expected);
});

test.each([
  "https://discord.com/api/webhooks/1234567890/tHeT0kenOfTheWebhook_-x",
  "https://kaneo.example.org/hooks/tHeT0kenOfTheWebhook_-x?wait=true",
  "https://kaneo.example.org:8080/hook",
  "https://kaneo.example.org/kaneo-notifications",
])("hides %s, and no other address on that host", (secret) => {
  const redactor = createRedactor();
  redactor.add(secret);
  const others = [
    "https://discord.com/channels/1/2, https://discord.com/api/webhooks/ and https://discuss.example.org",
    "https://other.example.org/kaneo-notifications?to=%2Fkaneo-notifications",
    "https://kaneo.example.org/dashboard, https://kaneo.example.org:8080/api",
    "https://proxy.example.org/?to=https%3A%2F%2Fkaneo.example.org%2Fdashboard",
  ].join("\n");

  expect(redactor.hide(others)).toBe(others);
  expect(redactor.hide(`a ${secret} b`)).toBe("a [redacted] b");
  expect(redactor.hide(encodeURIComponent(secret))).toBe("[redacted]");
});

test.each([
  ["authorization: Bearer abcdef.123-XYZ", "authorization: Bearer [redacted]"],
  ['{"access_token":"abcdef123","x":1}', '{"access_token":"[redacted]","x":1}'],
  ["device_code=abcdef123&client_id=kaneo-mcp", "device_code=[redacted]&client_id=kaneo-mcp"],
  ["x-api-key: abcdef123", "x-api-key: [redacted]"],
  ["https://me:hunter2@kaneo.example.org/x", "https://[redacted]@kaneo.example.org/x"],
  ["Basic bWU6aHVudGVyMg==", "Basic [redacted]"],
])("takes a credential out of %s", (text, expected) => {
  const redacted = createRedactor().redact(text);

  expect(redacted).toBe(expected);
});

test.each([
  "The token expired; sign in again.",
  "WEB-12 is assigned to me@example.org, see https://kaneo.example.org/x@y.",
])("leaves %s alone", (text) => {
  const redactor = createRedactor();
  redactor.add("to");
  redactor.add("");

  expect(redactor.redact(text)).toBe(text);
});

test("changes nothing the second time", () => {
  const redactor = createRedactor();
  redactor.add("abcdef123456");
  const once = redactor.redact("Bearer abcdef123456, token: abcdef123456");

  expect(redactor.redact(once)).toBe(once);
});

test("leaves no half of a sign, with which clients refuse a whole message", () => {
  const { hide } = createRedactor();

  expect(hide(`no status "${"a👍".slice(0, 2)}"`)).toBe('no status "a\uFFFD"');
});
