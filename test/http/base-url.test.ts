import { expect, test } from "vitest";
import { isLoopback, readBaseUrl } from "../../src/http/base-url.ts";

const strict = { allowInsecureHttp: false };

test.each([
  ["https://cloud.kaneo.app", "https://cloud.kaneo.app"],
  [" https://cloud.kaneo.app/ ", "https://cloud.kaneo.app"],
  ["HTTPS://Cloud.Kaneo.App:443/api", "https://cloud.kaneo.app"],
  ["https://kaneo.example.org/api/", "https://kaneo.example.org"],
  ["https://kaneo.example.org//api//", "https://kaneo.example.org"],
  ["https://kaneo.example.org:8443/sub", "https://kaneo.example.org:8443/sub"],
  ["https://kaneo.example.org/sub/api", "https://kaneo.example.org/sub"],
  ["https://kaneo.example.org/api/sub", "https://kaneo.example.org/api/sub"],
  ["https://kaneo.example.org/myapi", "https://kaneo.example.org/myapi"],
  ["https://kaneo.example.org/a/../b", "https://kaneo.example.org/b"],
  ["http://localhost:1337", "http://localhost:1337"],
  ["http://kaneo.localhost:1337/api", "http://kaneo.localhost:1337"],
  ["http://127.0.0.1:1337", "http://127.0.0.1:1337"],
  ["http://127.9.8.7", "http://127.9.8.7"],
  ["http://0x7f.1", "http://127.0.0.1"],
  ["http://[::1]:1337", "http://[::1]:1337"],
])("reads %s as %s", (text, expected) => {
  const baseUrl = readBaseUrl(text, strict);

  expect(baseUrl).toBe(expected);
});

test.each([
  ["", /empty/],
  ["kaneo.example.org", /lacks https:\/\//],
  ["kaneo.example.org:1337/api", /lacks https:\/\//],
  ["localhost:1337", /lacks https:\/\//],
  ["ftp://kaneo.example.org", /not an http or https URL/],
  ["https://", /not an http or https URL/],
  ["https://kaneo.example.org:99999", /not an http or https URL/],
  ["https://me:hunter22@kaneo.example.org", /user name or password/],
  ["https://hunter22@kaneo.example.org", /user name or password/],
  ["https://kaneo.example.org/?key=hunter22", /query/],
  ["https://kaneo.example.org/#hunter22", /fragment/],
  ["https://kaneo.example.org?", /query/],
  ["http://kaneo.example.org", /unencrypted/],
  ["http://192.168.1.4:1337", /unencrypted/],
  ["http://localhost.example.org", /unencrypted/],
  ["http://127.0.0.1.example.org", /unencrypted/],
  ["http://0.0.0.0", /unencrypted/],
])("refuses %j", (text, problem) => {
  const read = () => readBaseUrl(text, strict);

  expect(read).toThrow(
    expect.objectContaining({ kind: "config", message: expect.stringMatching(problem) }),
  );
  expect(read).not.toThrow(/hunter22/);
});

test("allows http to other hosts when that is asked for", () => {
  const baseUrl = readBaseUrl("http://192.168.1.4:1337/api", { allowInsecureHttp: true });

  expect(baseUrl).toBe("http://192.168.1.4:1337");
});

test("takes only this machine for loopback", () => {
  const hosts = ["localhost", "a.localhost", "127.0.0.1", "[::1]", "128.0.0.1", "evil-localhost"];

  expect(hosts.filter(isLoopback)).toEqual(["localhost", "a.localhost", "127.0.0.1", "[::1]"]);
});
