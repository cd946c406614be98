import type { SmallBoard } from "./small-board.ts";

/** So many more members, `person-0` called Person 0 and so on; gives their ids. */
export function addCrowd({ sandbox: { data, people } }: SmallBoard, size: number): string[] {
  const bob = data.users.find(({ id }) => id === people.bob.id);
  const place = data.members.find(({ userId }) => userId === people.bob.id);
  if (bob === undefined || place === undefined) throw new Error("bob is a member");
  const ids = Array.from({ length: size }, (_, index) => `person-${index}`);
  for (const [index, id] of ids.entries()) {
    data.users.push({ ...bob, id, name: `Person ${index}`, email: `${id}@example.com` });
    data.members.push({ ...place, id: `member-${index}`, userId: id });
  }
  return ids;
}
