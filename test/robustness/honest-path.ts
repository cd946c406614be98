/** Steps of ids and names only, no dots; then a query, encoded. */
const HONEST_PATH = /^\/api(\/[A-Za-z0-9_-]{1,128})+(\?[\w=&%+.*-]*)?$/;

/** Whether this server may ever ask for `path`, whatever it was told. */
export function isHonestPath(path: string): boolean {
  return HONEST_PATH.test(path);
}
