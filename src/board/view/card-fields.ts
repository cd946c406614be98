/** The form of an opened card. */
import type { Board, BoardCard, BoardEdit } from "../contract.ts";
import { choice, h, labelled, submitting } from "./elements.ts";
import { NOBODY } from "./filter.ts";
import { PRIORITIES } from "./wording.ts";

export type Changes = Omit<BoardEdit, "task_id">;

export type CardFields = ReturnType<typeof createCardFields>;

/** `save` gives whether the server has the changes. */
export function createCardFields(
  { card, board }: { card: BoardCard; board: Board },
  save: (changes: Changes) => Promise<boolean>,
) {
  const controls = controlsOf(card, board);
  const { title, priority, assignee_id: assignee, due, description } = controls;
  let before = valuesOf(controls);
  const saveButton = h("button", { type: "button", class: "main" }, "Save");
  const element = h(
    "div",
    { class: "form" },
    labelled("Title", title),
    h(
      "div",
      { class: "row" },
      labelled("Priority", priority),
      labelled("Assignee", assignee),
      labelled("Due", due),
    ),
    labelled("Description", description),
    ...(board.readOnly ? [] : [saveButton]),
  );
  submitting(saveButton, board.readOnly ? [] : [title], async () => {
    const sent = valuesOf(controls);
    const changes = changesIn(before, sent);
    if (!(await save(changes))) return;
    // The person may have gone on writing meanwhile.
    const isSaved = ([name]: [string, string]) => name in changes;
    before = { ...before, ...Object.fromEntries(Object.entries(sent).filter(isSaved)) };
  });

  return {
    element,
    /** Comes later than the rest. Markdown as it was written: pictures and links in it are text. */
    showDescription(text: string): void {
      // What the person is writing is not replaced by what was there.
      if (description.value !== before.description) return;
      description.value = text;
      description.disabled = false;
      before = { ...before, description: description.value };
    },
    changes: () => changesIn(before, valuesOf(controls)),
  };
}

function controlsOf(card: BoardCard, { people, readOnly }: Board) {
  const known = people.map(({ id, name }) => [id, name] as const);
  const controls = {
    title: h("input", { dir: "auto", value: card.title, readonly: readOnly }),
    priority: choice(
      PRIORITIES.map((one) => [one, one]),
      card.priority,
    ),
    // Of somebody who has left the workspace it stays empty until somebody else is chosen.
    assignee_id: choice([[NOBODY, "Nobody"], ...known], card.assignee ?? NOBODY),
    due: h("input", { type: "date", value: card.due, readonly: readOnly }),
    description: h("textarea", { dir: "auto", rows: 4, disabled: true, readonly: readOnly }),
  };
  controls.priority.disabled = readOnly;
  controls.assignee_id.disabled = readOnly;
  return controls;
}

type Controls = ReturnType<typeof controlsOf>;
type Values = Record<keyof Controls, string>;

function valuesOf(controls: Controls): Values {
  const values = Object.entries(controls).map(([name, { value }]) => [name, value] as const);
  // Each control has its value, under the same name.
  const all = Object.fromEntries(values) as Values;
  return { ...all, title: all.title.trim() };
}

function changesIn(before: Values, { due, ...now }: Values): Changes {
  // In what order they are given does not matter, and every name is one of the fields.
  const changed = Object.entries(now).filter(
    ([name, value]) => before[name as keyof Values] !== value,
  );
  return {
    ...Object.fromEntries(changed),
    ...(due !== before.due && { due: due === "" ? "none" : due }),
    ...(now.description !== before.description && { expected_description: before.description }),
  };
}
