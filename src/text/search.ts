import type { Found, FoundComment, FoundTask } from "../kaneo/search.ts";
import { renderMoment } from "./dates.ts";
import { sliceText } from "./text.ts";
import { cleanText, fence, indent, inline } from "./untrusted.ts";

const EXCERPT_LENGTH = 240;

/** Hits by kind: tasks and projects a line each, comments with the place that matches, fenced. */
export function renderFound(
  { tasks, projects, comments }: Found,
  { query, timeZone }: { query: string; timeZone: string },
): string {
  const texts = comments.map((comment) => renderComment(comment, { query, timeZone }));
  const sections = [
    tasks.length === 0 ? [] : ["Tasks:", ...tasks.map(renderTask)],
    projects.length === 0
      ? []
      : ["Projects:", ...projects.map(({ slug, name }) => `${inline(slug, 60)}  ${inline(name)}`)],
    texts.length === 0 ? [] : ["Comments:", fence(texts.join("\n"))],
  ];
  return sections.flat().join("\n");
}

function renderTask({ key, status, priority, assignee, title, isInTitle }: FoundTask): string {
  const parts = [
    inline(key, 60),
    status,
    priority === "no-priority" ? undefined : priority,
    assignee && inline(assignee, 60),
    inline(title),
    isInTitle ? undefined : "(in its description)",
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

function renderComment(
  { taskKey, author, createdAt, id, content }: FoundComment,
  { query, timeZone }: { query: string; timeZone: string },
): string {
  const head = [
    inline(taskKey, 60),
    author && inline(author, 60),
    createdAt && renderMoment(createdAt, timeZone),
    `comment ${id}`,
  ];
  const shownHead = head.filter((part) => part !== undefined).join("  ");
  return `${shownHead}\n${indent(excerpt(content, query))}`;
}

/** The part of `text` around the first place where `query` stands, on one line. */
function excerpt(text: string, query: string): string {
  const line = cleanText(text).replaceAll(/\s+/g, " ").trim();
  if (line.length <= EXCERPT_LENGTH) return line;
  const at = Math.max(0, line.toLowerCase().indexOf(query.toLowerCase()));
  const start = Math.max(0, Math.min(at - 60, line.length - EXCERPT_LENGTH));
  const part = sliceText(line.slice(start), EXCERPT_LENGTH).replace(/^[\uDC00-\uDFFF]/, "");
  return `${start > 0 ? "…" : ""}${part}${start + EXCERPT_LENGTH < line.length ? "…" : ""}`;
}
