import type { ExternalLink } from "../kaneo/external-links.ts";
import { inline } from "./untrusted.ts";

/** External links, a line each: `pull request  Fix login  https://github.com/…`; "" when there are none. */
export function renderExternalLinks(links: readonly ExternalLink[]): string {
  return links
    .map(({ resourceType, title, url }) =>
      [inline(resourceType.replaceAll("_", " "), 40), title && inline(title), inline(url, 500)]
        .filter((part) => part !== undefined && part !== "")
        .join("  "),
    )
    .join("\n");
}
