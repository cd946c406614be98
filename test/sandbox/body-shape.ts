/** Compares two JSON bodies by keys and types. */

/** What Kaneo leaves out of a search hit when it is empty. */
const LEFT_OUT_WHEN_EMPTY = new Set(["description", "content", "userId", "userName"]);

/** Every place where the keys or types of `actual` are not those of `expected`; null goes with any type. */
export function shapeDifferences(expected: unknown, actual: unknown, path = "body"): string[] {
  if (expected === null || actual === null) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return elementDifferences(expected, actual, path);
  }
  if (isObject(expected) && isObject(actual)) return keyDifferences(expected, actual, path);
  const types = [expected, actual].map((value) => (Array.isArray(value) ? "array" : typeof value));
  return types[0] === types[1] ? [] : [`${path} is ${types[1]}, not ${types[0]}`];
}

/** Elements are compared with the first expected one of the same `type`, as far as both sides have any. */
function elementDifferences(expected: unknown[], actual: unknown[], path: string): string[] {
  const found = actual.flatMap((element) => {
    const model = expected.find((candidate) => kind(candidate) === kind(element));
    return model === undefined ? [] : shapeDifferences(model, element, `${path}[]`);
  });
  return [...new Set(found)];
}

function keyDifferences(expected: object, actual: object, path: string): string[] {
  const known = new Map<string, unknown>(Object.entries(expected));
  const given = new Map<string, unknown>(Object.entries(actual));
  const isSearchHit = known.has("relevanceScore");
  const matters = (key: string) => !(isSearchHit && LEFT_OUT_WHEN_EMPTY.has(key));
  const missing = [...known.keys()].filter((key) => !given.has(key) && matters(key));
  const extra = [...given.keys()].filter((key) => !known.has(key) && matters(key));
  return [
    ...missing.map((key) => `${path}.${key} is missing`),
    ...extra.map((key) => `${path}.${key} should not be there`),
    ...[...known].flatMap(([key, value]) =>
      given.has(key) ? shapeDifferences(value, given.get(key), `${path}.${key}`) : [],
    ),
  ];
}

function kind(element: unknown): unknown {
  return isObject(element) && "type" in element ? element.type : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
