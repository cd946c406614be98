import { expect, test } from "vitest";
import { KaneoMcpError } from "../../../src/errors.ts";
import { confirmed } from "../../../src/kaneo/api/outcomes.ts";

interface Row {
  id: string;
  note?: string | undefined;
  isOpen?: boolean | undefined;
}

const wish = { what: "The note", fields: { id: "a", note: "new" } };

test("an answer that shows what was wished for needs no other look", async () => {
  const look = () => Promise.reject(new Error("not needed"));

  const row = await confirmed<Row>({ id: "a", note: "new" }, { ...wish, look });

  expect(row.note).toBe("new");
});

test.for<[Row, Partial<Row>]>([
  [{ id: "a" }, { note: "", isOpen: false }],
  [
    { id: "a", note: "", isOpen: false },
    { note: undefined, isOpen: undefined },
  ],
  [{ id: "a", note: "kept" }, { note: undefined }],
])("%o shows %o: empty, false and absent are the same", async ([answer, fields]) => {
  expect(await confirmed<Row>(answer, { what: "It", fields })).toBe(answer);
});

test("a write whose result is nowhere to be seen may or may not have happened", async () => {
  const look = async () => ({ id: "a", note: "old" });

  const outcome = confirmed<Row>({ id: "b", note: "new" }, { ...wish, done: "written", look });

  await expect(outcome).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: "The note may or may not have been written: Kaneo's answer does not show it.",
  });
});

test("a look that fails leaves the outcome unknown, and a bug in it is not hidden", async () => {
  const away = () => Promise.reject(new KaneoMcpError("unavailable", "Kaneo is away."));
  const bug = () => Promise.reject(new TypeError("bug"));

  const unknown = confirmed<Row>({ id: "b" }, { ...wish, look: away });
  const broken = confirmed<Row>({ id: "b" }, { ...wish, look: bug });

  await expect(unknown).rejects.toMatchObject({ kind: "outcome_unknown" });
  await expect(broken).rejects.toThrow(TypeError);
});
