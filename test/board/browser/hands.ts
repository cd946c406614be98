/** What tests see and do on the board as a person does. */
import type { Locator } from "playwright-core";
import type { Host } from "../host-page.ts";

/** A column by its name. */
export const column = ({ frame }: Host, name: string) => frame.getByRole("region", { name });
/** A card by its title. */
export const card = ({ frame }: Host, title: string) =>
  frame
    .getByRole("listitem")
    .filter({ has: frame.getByRole("button", { name: title, exact: true }) });

/** The titles of a column, from top to bottom as they are seen. */
export async function titlesIn(host: Host, name: string): Promise<string[]> {
  const cards = await column(host, name).locator(".card").all();
  const placed = await Promise.all(
    cards.map(async (one) => ({
      title: (await one.locator(".title").textContent()) ?? "",
      y: (await one.boundingBox())?.y ?? 0,
    })),
  );
  return placed.sort((one, other) => one.y - other.y).map(({ title }) => title);
}

export async function middleOf(
  locator: Locator,
): Promise<{ x: number; y: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error("It is not to be seen.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, height: box.height };
}

/** Drags a card by mouse to just above (-1) or below (1) the middle of another one. */
export async function drag(
  host: Host,
  what: string,
  onto: { title: string; side: -1 | 1 },
): Promise<void> {
  const { mouse } = host.page;
  // Both wait until the card stands still: on a slow machine the frame may still be growing.
  await card(host, onto.title).hover();
  await card(host, what).hover();
  await mouse.down();
  const to = await middleOf(card(host, onto.title));
  await mouse.move(to.x, to.y, { steps: 5 });
  await mouse.move(to.x, to.y + (onto.side * to.height) / 4, { steps: 2 });
  await host.frame.locator(".marker:visible").waitFor();
  await mouse.up();
}
