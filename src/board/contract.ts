/**
 * What the board's view and the server say to each other: the arguments and `structuredContent` of the app-only tools.
 * Ids are Kaneo's; days are `YYYY-MM-DD` in the configured zone.
 */

/** One column of the board, in the board's order. */
export interface BoardColumn {
  slug: string;
  name: string;
}

/** One card. `position` orders the cards of a column; ties are ordered by `number`. */
export interface BoardCard {
  id: string;
  key: string;
  number: number;
  title: string;
  priority: string;
  column: string;
  position: number;
  assignee?: string;
  due?: string;
  isLate?: boolean;
  labels: { name: string; color: string }[];
}

/** A whole board. */
export interface Board {
  version: string;
  project: { id: string; slug: string; name: string; url?: string };
  readOnly: boolean;
  columns: BoardColumn[];
  cards: BoardCard[];
  people: { id: string; name: string }[];
  labels: { name: string; color: string }[];
}

/** `board_data { project_id, since? }`: everything, or `unchanged` when `since` is still the version. */
export interface BoardData extends Partial<Board> {
  version: string;
  unchanged?: true;
  /** Kaneo announces changes: to ask again soon costs it nothing. */
  isLive?: boolean;
}

/** `board_card { task_id }`: what an open card shows beyond its row. */
export interface BoardCardDetails {
  description: string;
  /** `author` by name; `when` in ISO 8601, since the view knows how its reader writes times. */
  comments: { author: string; when: string; text: string }[];
  relations: { kind: string; key: string; title: string; status: string }[];
}

/** `board_move { task_id, column, before_id?, expected_project?, expected_column, expected_position }`; without `before_id` at the end of the column. */
export interface BoardMove {
  task_id: string;
  column: string;
  before_id?: string;
  expected_project?: string;
  expected_column: string;
  expected_position: number;
}

/** `board_edit { task_id, … }`; `none` clears assignee and due. With what the description was, it is changed from that only. */
export interface BoardEdit {
  task_id: string;
  title?: string;
  priority?: string;
  assignee_id?: string;
  due?: string;
  description?: string;
  expected_description?: string;
}

/** `board_create { project_id, title, column }`, `board_comment { task_id, content }`. The writing tools answer with the card as it is now. */
export interface BoardWritten {
  card: BoardCard;
}
