import type { SmallBoard } from "./small-board.ts";

/** What bob does in his browser. */
export async function bobWrites(
  { sandbox: { url, people } }: SmallBoard,
  path: string,
  { method = "PUT", ...body }: { method?: string; [field: string]: unknown },
): Promise<void> {
  const headers = {
    authorization: `Bearer ${people.bob.apiKey}`,
    "content-type": "application/json",
  };
  const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}
