import { KaneoMcpError } from "../../errors.ts";
import { oneLine } from "../names/matching.ts";

declare const endpointBrand: unique symbol;

/** A request path whose ids were checked: only {@link endpoint} makes one. */
export type Endpoint = string & { readonly [endpointBrand]: true };

/** What Kaneo gives as an id. */
export const ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Builds a path such as endpoint`/api/task/${id}`. Every inserted value must be an id: `encodeURIComponent` alone lets
 * `.` and `..` through, and `/api/task/..` is another route.
 *
 * @throws KaneoMcpError "invalid_input" when a value is not an id.
 */
export function endpoint(parts: TemplateStringsArray, ...ids: string[]): Endpoint {
  const path = parts.reduce((soFar, part, index) => soFar + checkedId(ids[index - 1] ?? "") + part);
  // The brand exists for the compiler only, and this function is the one place that grants it.
  return path as Endpoint;
}

/** Appends a query; undefined values are left out. */
export function withQuery(
  path: Endpoint,
  query: Record<string, string | number | boolean | undefined>,
): Endpoint {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  if (search.size === 0) return path;
  // The checked path stays as it is, and URLSearchParams encodes the rest.
  return `${path}?${search}` as Endpoint;
}

/**
 * The path of an operation that the instance itself describes: its plain steps as they are, and an id in the place of each
 * name in braces.
 *
 * @throws KaneoMcpError "invalid_input" when an id is none, when one is missing, or when the template is not plain.
 */
export function filledIn(template: string, ids: Readonly<Record<string, string>>): Endpoint {
  const steps = template.split("/").slice(1);
  const filled = steps.map((step) => {
    const [, name] = /^\{(\w+)\}$/.exec(step) ?? [];
    return checkedId(name === undefined ? step : (ids[name] ?? ""));
  });
  // Every step was checked, as those of endpoint.
  return `/api/${filled.join("/")}` as Endpoint;
}

function checkedId(id: string): string {
  if (ID.test(id)) return id;
  const why = `"${oneLine(id, 60)}" is not an id that Kaneo could have given.`;
  throw new KaneoMcpError("invalid_input", why);
}
