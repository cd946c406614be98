import { type Arbitrary, integer } from "fast-check";

/** Every character of Unicode, as fast-check's unit "binary" has them, which takes it a second to prepare in each process. */
export const anyCharacter: Arbitrary<string> = integer({ min: 0, max: 0x10_ffff })
  .filter((point) => point < 0xd800 || point > 0xdfff)
  // The way back lets fast-check mix in words such as `__proto__`.
  .map((point) => String.fromCodePoint(point), pointOf);

function pointOf(text: unknown): number {
  const point = typeof text === "string" ? text.codePointAt(0) : undefined;
  if (point === undefined || String.fromCodePoint(point) !== text) throw new Error("no character");
  return point;
}
