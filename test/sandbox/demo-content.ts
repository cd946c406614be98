/** The texts of the demo: a small team that builds and runs a web shop. */

import type { PRIORITIES } from "./routes/tasks.ts";
import type { STATUSES } from "./seed-tools.ts";

export interface DemoTask {
  readonly title: string;
  readonly status: (typeof STATUSES)[number];
  readonly priority?: (typeof PRIORITIES)[number];
  readonly who?: "alice" | "bob" | "dan";
  /** Days from today; local midnight, as the web app stores a picked day. */
  readonly due?: number;
  readonly start?: number;
  readonly labels?: readonly string[];
  readonly description?: string;
  readonly comments?: readonly (readonly ["alice" | "bob" | "dan", string])[];
}

const LONG_POST_MORTEM = `# What happened

At 03:12 UTC the nightly export filled the disk of \`db-2\`. Writes failed for **41 minutes**; orders were queued and none was lost.

## Timeline

| time | event |
| --- | --- |
| 03:12 | disk full, first failed write |
| 03:19 | pager, Dan on call |
| 03:34 | old exports removed |
| 03:53 | replication caught up |

## Why

1. The export keeps every dump "until verified", and verification was switched off in March.
2. The alert looks at 95 % once an hour; the disk went from 80 % to 100 % in nine minutes.
3. Nobody owned the export.

## What we change

- [x] remove dumps older than three days
- [ ] alert on *growth*, not on a level
- [ ] write exports to object storage
- [ ] name an owner

${"The raw logs and graphs are long, so here is only the part that matters for the review. ".repeat(12)}`;

export const WEB_TASKS: readonly DemoTask[] = [
  {
    title: "Move the shop to the new design system",
    status: "in-progress",
    priority: "high",
    who: "alice",
    start: -20,
    due: 30,
    labels: ["design"],
    description: "The umbrella for the relaunch 🎨. Everything else hangs below.",
  },
  { title: "Replace the icon font by SVG", status: "done", priority: "low", who: "bob" },
  {
    title: "Landing page hero is unreadable on phones",
    status: "done",
    priority: "medium",
    who: "dan",
    labels: ["bug", "design"],
    description: "On 320 px the headline overlaps the picture.\n\n![screenshot](hero.png)",
  },
  {
    title: "Fix login redirect loop",
    status: "in-progress",
    priority: "urgent",
    who: "bob",
    due: -2,
    labels: ["bug"],
    description:
      "People with an expired session land on `/login?next=/login?next=…` until the URL is too long.\n\n**Steps**\n1. sign in\n2. delete the cookie `sid`\n3. open `/account`\n\nExpected: the sign-in form. Seen: `ERR_TOO_MANY_REDIRECTS`.",
    comments: [
      ["alice", "Three more reports since yesterday, all on Safari."],
      ["bob", "Found it: `next` is appended even if it is already there.\n\nFix is in review."],
    ],
  },
  { title: "Write alt texts for all product pictures", status: "to-do", priority: "low" },
  {
    title: "Dark mode contrast",
    status: "in-review",
    priority: "medium",
    who: "dan",
    due: 1,
    labels: ["design", "a11y"],
    comments: [["dan", "All pairs are above 4.5:1 now 🌗"]],
  },
  {
    title: "Checkout: show the delivery date before paying",
    status: "to-do",
    priority: "high",
    who: "alice",
    due: 4,
    labels: ["feature"],
  },
  { title: "Bundle size budget", status: "in-review", priority: "medium", who: "bob", due: 0 },
  { title: "Remove the newsletter pop-up", status: "done", priority: "high", who: "alice" },
  {
    title: "日本語のカート画面を翻訳する 🇯🇵",
    status: "to-do",
    who: "dan",
    due: 9,
    labels: ["i18n"],
  },
  {
    title: "Übersetzung: „Größe“ und „Maß“ prüfen",
    status: "to-do",
    priority: "low",
    labels: ["i18n"],
  },
  {
    title: "Search finds nothing for plural words",
    status: "to-do",
    priority: "high",
    who: "bob",
    start: -1,
    due: 3,
    labels: ["bug", "search"],
    description:
      'Searching "lamps" finds nothing, "lamp" finds 31.\n\n- index stems words, the query is not stemmed\n- see `search/query.ts`',
    comments: [["alice", "Sales ask about this every week. Can we have it by Friday?"]],
  },
  { title: "Cookie banner in plain language", status: "planned", priority: "low" },
  {
    title: "Emoji in gift messages are cut in half 👩‍👩‍👧‍👦",
    status: "to-do",
    priority: "medium",
    due: -5,
    labels: ["bug"],
    description: "The limit counts UTF-16 units: `👩‍👩‍👧‍👦` counts as 11.",
  },
  { title: "Try view transitions", status: "archived", priority: "no-priority" },
  { title: "A/B test of the basket button", status: "archived", priority: "low", who: "dan" },
];

export const OPS_TASKS: readonly DemoTask[] = [
  {
    title: "Post-mortem: export filled the disk",
    status: "in-review",
    priority: "urgent",
    who: "dan",
    due: 1,
    labels: ["incident"],
    description: LONG_POST_MORTEM,
    comments: [["alice", "Thank you for writing this down so quickly. I would add the cost."]],
  },
  { title: "Alert on disk growth", status: "in-progress", priority: "high", who: "dan", due: 2 },
  { title: "Rotate the signing keys", status: "to-do", priority: "high", who: "dan", due: -1 },
  { title: "Renew the TLS certificates", status: "done", priority: "urgent", who: "dan" },
  { title: "Postgres 15 → 17", status: "planned", priority: "medium", due: 60 },
  { title: "Restore a backup, for real", status: "to-do", priority: "urgent", due: 6 },
  { title: "Drop Node 18 from the images", status: "done", priority: "low", who: "alice" },
  { title: "Cheaper log storage", status: "to-do", labels: ["feature"] },
  { title: "Write down who is on call", status: "done", priority: "medium", who: "alice" },
  { title: "Load test before the sale", status: "to-do", priority: "high", who: "bob", due: 12 },
  { title: "Pager for weekends", status: "planned", priority: "medium" },
  { title: "Old CI runners", status: "archived" },
];

export const CABIN_TASKS: readonly DemoTask[] = [
  { title: "Order firewood 🪵", status: "to-do", priority: "high", who: "alice", due: 5 },
  { title: "Repair the gutter", status: "in-progress", priority: "medium", who: "alice" },
  { title: "Book the chimney sweep", status: "to-do", priority: "high", due: -3 },
  { title: "New mattress", status: "planned", priority: "low" },
  { title: "Paint the shutters", status: "to-do", priority: "low", due: 40 },
  { title: "Key for the neighbours", status: "done", priority: "medium", who: "alice" },
  { title: "Guest book", status: "to-do" },
  { title: "Swap the smoke detectors", status: "done", priority: "urgent", who: "alice" },
  { title: "Plan the summer party 🎉", status: "to-do", priority: "medium", due: 21 },
  { title: "Photos for the album", status: "in-review", priority: "no-priority" },
  { title: "Find the leak in the cellar", status: "to-do", priority: "urgent", due: 0 },
  { title: "Sell the old boat", status: "archived", priority: "low" },
];
