import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { installLines } from "../scripts/client-docs.ts";
import { deepLinks } from "../scripts/distribution/links.ts";
import { npxPackage } from "../src/cli/publication.ts";

const { version } = packageJson;
const published = { owner: "someone", isOnNpm: true };
const unpublished = { owner: "someone", isOnNpm: false };

for (const [where, from, args] of [
  ["on npm", published, ["-y", "kaneo-mcp@1.2.3"]],
  ["in a release", unpublished, ["-y", npxPackage("1.2.3", unpublished)]],
] as const) {
  test(`each link holds the entry in its client's form, with the package ${where}`, () => {
    const entry = { command: "npx", args, env: { KANEO_API_URL: "https://cloud.kaneo.app" } };

    const links = deepLinks("1.2.3", from);

    const parameter = (link = "", name = "config") => new URL(link).searchParams.get(name) ?? "";
    const base64 = (text: string) => JSON.parse(Buffer.from(text, "base64").toString());
    for (const client of ["Cursor", "LM Studio"]) {
      expect(base64(parameter(links[client]?.app))).toEqual(entry);
      expect(base64(parameter(links[client]?.web))).toEqual(entry);
    }
    const forCode = new URL(links["VS Code"]?.app ?? "").search.slice(1);
    expect(JSON.parse(decodeURIComponent(forCode))).toEqual({ name: "kaneo", ...entry });
    expect(JSON.parse(parameter(links["VS Code"]?.web))).toEqual(entry);
    expect(JSON.parse(parameter(links["Kiro"]?.web))).toEqual(entry);
    for (const link of [links["Goose"]?.app, links["Goose"]?.web]) {
      expect(new URL(link ?? "").searchParams.getAll("arg")).toEqual(args);
    }
  });
}

test("the README's lines and buttons name the package on npm only when it is ours", () => {
  const [before, after] = [installLines(unpublished), installLines(published)];

  expect(before).toMatch(
    /^npm install --global https:\/\/github\.com\/someone\/.*\/kaneo-mcp-[\d.]+\.tgz$/m,
  );
  expect(decodeURIComponent(before)).not.toMatch(/"kaneo-mcp@|arg=kaneo-mcp/);
  expect(after).toMatch(/^npm install --global kaneo-mcp$/m);
  expect(decodeURIComponent(after)).toContain(`"kaneo-mcp@${version}"`);
});
