/**
 * What happened to tasks, as Kaneo records it. Its search gives the newest fifty events of a workspace or a project at
 * once, in words; everything else stands in `GET /api/activity/:taskId`, task by task.
 */

import { z } from "zod";
import { mapConcurrently } from "../api/concurrency.ts";
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import {
  columnsOf,
  kaneoId,
  list,
  type Member,
  membersOf,
  moment,
  optional,
  type Project,
  word,
} from "../api/schemas.ts";
import { projectsWithTasks } from "../projects/find.ts";
import { MOST_HITS, searchFor } from "../search.ts";
import {
  MOST_TASKS_READ,
  type RecentTask,
  readEach,
  tasksByChange,
} from "../tasks/project-tasks.ts";
import { ARCHIVED, statusesOf, type Task } from "../tasks/task.ts";
import { type EventKind, readDetails, readWords, type WhatChanged } from "./event-words.ts";

/** One recorded event of one task. */
export interface TaskEvent extends WhatChanged {
  id: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** Undefined for what came from outside Kaneo, and for people who were deleted. */
  personId: string | undefined;
  person: string | undefined;
  projectId: string;
  key: string;
  title: string;
  /** In words, how long after the creation of the task it was, where that was asked for. */
  after?: string;
  /** Those of the task now, where they were asked for. */
  labels?: Task["labels"];
  /** Whether the task went into a column that its project has not: the task has moved since, or the column is gone. */
  isElsewhere?: boolean;
  /** Whether the task comes out of a final column, or is done and comes out of the archive, and so was done before. */
  wasDone?: boolean | undefined;
}

/** What tells the tasks of events apart: two workspaces may have keys alike. */
export function taskOfEvent({ projectId, key }: Pick<TaskEvent, "projectId" | "key">): string {
  return `${projectId} ${key}`;
}

export interface EventQuery {
  workspaceIds: readonly string[];
  /** Restricts the events to those of one project, which is in the only workspace. */
  project: Project | undefined;
  /** A hint: events of other kinds may be found too. Undefined means all. */
  kinds: readonly EventKind[] | undefined;
  /** ISO 8601 in UTC; undefined means ever. Events before and after may be found too. */
  since: string | undefined;
  until?: string | undefined;
  /** The only tasks whose events are of use, none of which has changed since then. */
  ofUnchanged?: readonly RecentTask[];
  /** Whether they are counted or sifted: then every one of these tasks, or that has changed since then, is read, as far as there is time. */
  isForAll?: boolean;
}

/** What was not looked at. */
export interface EventGap {
  projects: Project[];
  tasksRead: number;
  tasksInAll: number;
  /** Up to when events may be missing; comments may be missing from any time. Undefined where nothing but comments can be missing. */
  until: string | undefined;
}

/** Everything that was recorded since `query.since`, the newest first, as far as a bounded number of requests finds it. */
export async function findEvents(kaneo: Kaneo, query: EventQuery) {
  const found = new Map<string, TaskEvent>();
  /** Gives the places where more has happened than the search tells. */
  const lookAt = async (places: Place[]): Promise<Place[]> => {
    const answers = await mapConcurrently(places, (place) => newestIn(kaneo, place, query));
    for (const event of answers.flatMap(({ events }) => events)) found.set(event.id, event);
    return places.filter((_, index) => answers[index]?.isWhole === false);
  };
  const { workspaceIds, project } = query;
  let busy = await lookAt(workspaceIds.map((workspaceId) => ({ workspaceId, project })));
  if (project === undefined) {
    const busyIds = busy.map(({ workspaceId }) => workspaceId);
    const projects = await projectsWithTasks(kaneo, { workspaceIds: busyIds });
    busy = await lookAt(projects.map((one) => ({ workspaceId: one.workspaceId, project: one })));
  }
  const busyProjects = busy.flatMap((place) => place.project ?? []);
  const rest = await readTaskByTask(kaneo, busyProjects, query);
  // These have the old and new values themselves, where the search has words for them, but no names of who has left.
  for (const event of rest.events) {
    found.set(event.id, { ...event, person: event.person ?? found.get(event.id)?.person });
  }
  const events = withNames([...found.values()]).sort(newestFirst);
  return { events, gap: rest.gap };
}

/** The same, with the names of people who left where another one of these events has them, or they are among `people`. */
export function withNames(events: readonly TaskEvent[], people: Member[] = []): TaskEvent[] {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  for (const { personId = "", person } of events) if (person) names.set(personId, person);
  return events.map((event) => {
    const { person = event.personId && names.get(event.personId) } = event;
    return { ...event, person };
  });
}

/** The newest fifty events of a project, the newest first, in one request; none where Kaneo's search knows no wildcard. */
export function newestEvents(kaneo: Kaneo, project: Project): Promise<TaskEvent[]> {
  const { workspaceId } = project;
  return searchEvents(kaneo, { workspaceId, project }, ALL_ACTIVITIES);
}

/** At least all events of a project since then that are not `known`; `isCut` when there were more than can be found. */
export async function eventsSince(
  kaneo: Kaneo,
  project: Project,
  { since, known }: { since: string | undefined; known: ReadonlySet<string> },
): Promise<{ events: TaskEvent[]; isCut: boolean }> {
  const newest = await newestEvents(kaneo, project);
  const hasAll = isWhole(newest, since) || newest.every(({ id }) => known.has(id));
  if (hasAll) return { events: newest, isCut: false };
  const query = { workspaceIds: [project.workspaceId], project, kinds: undefined, since };
  const { events, gap } = await findEvents(kaneo, query);
  return {
    events: events.filter(({ at }) => since === undefined || at >= since),
    isCut: gap?.until !== undefined,
  };
}

/** Orders by time, and what happened at the same moment by its id; 0 for the same event only. */
export function newestFirst(a: { at: string; id: string }, b: { at: string; id: string }): number {
  if (a.id === b.id) return 0;
  return Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1);
}

/** The same events, those into a column that is final in its project now as `done` instead of `status`. */
export async function withDone(kaneo: Kaneo, events: readonly TaskEvent[]): Promise<TaskEvent[]> {
  const changed = events.filter(({ kind }) => kind === "status");
  const ids = [...new Set(changed.map(({ projectId }) => projectId))];
  const boards = await mapConcurrently(ids, (id) => kaneo.kept(columnsOf(id)));
  const columns = new Map(ids.map((id, index) => [id, boards[index]]));
  return events.map((event) => {
    if (event.kind !== "status") return event;
    const statuses = statusesOf(columns.get(event.projectId) ?? []);
    const [source, target] = [event.from, event.to].map((one) =>
      statuses.find(({ slug }) => slug === one),
    );
    if (!target?.isFinal) return { ...event, isElsewhere: !target, wasDone: source?.isFinal };
    return { ...event, kind: "done", wasDone: source?.isFinal || source === ARCHIVED };
  });
}

interface Place {
  workspaceId: string;
  project: Project | undefined;
}

/** Finds everything, since the search of Kaneo 2.22 (global-search.ts) takes it for a wildcard. */
const ANYTHING = "%";

interface EventSearch {
  q: string;
  type: "activities" | "comments";
}

const ALL_ACTIVITIES: EventSearch = { q: ANYTHING, type: "activities" };

/** The newest events of a place, and whether nothing since the moment in question is missing. */
async function newestIn(kaneo: Kaneo, place: Place, query: EventQuery) {
  const search = narrowestSearch(query.kinds);
  const events = await searchEvents(kaneo, place, search);
  const isBlind =
    events.length === 0 && search.q === ANYTHING && !(await isQuiet(kaneo, place, search));
  return { events, isWhole: !isBlind && isWhole(events, query.since) };
}

/** Whether there is nothing to be found in a place, rather than that a Kaneo takes the wildcard for itself. */
async function isQuiet(kaneo: Kaneo, place: Place, { type }: EventSearch): Promise<boolean> {
  const { workspaceId, project } = place;
  const inUse = await projectsWithTasks(kaneo, { workspaceIds: [workspaceId] });
  if (!inUse.some(({ id }) => project === undefined || id === project.id)) return true;
  return type === "comments" && (await searchEvents(kaneo, place, ALL_ACTIVITIES)).length > 0;
}

function isWhole(events: readonly TaskEvent[], since = ""): boolean {
  const oldest = events.at(-1)?.at ?? "";
  return events.length < MOST_HITS || oldest < since;
}

/** Of one kind, more than of all: the search looks into the data of events, whose names tell the kinds apart. */
function narrowestSearch(kinds: EventQuery["kinds"]): EventSearch {
  if (kinds?.every((kind) => kind === "comment")) return { q: ANYTHING, type: "comments" };
  const [only = ANYTHING, ...others] = new Set(kinds?.map((kind) => DATA_NAMES[kind]));
  return { q: others.length === 0 ? only : ANYTHING, type: "activities" };
}

const DATA_NAMES: Readonly<Partial<Record<EventKind, string>>> = {
  done: "newstatus",
  status: "newstatus",
  priority: "newpriority",
  due: "newduedate",
  title: "newtitle",
};

async function searchEvents(
  kaneo: Kaneo,
  { workspaceId, project }: Place,
  { q, type }: EventSearch,
): Promise<TaskEvent[]> {
  const hits = await searchFor(kaneo, { q, type, workspaceId, projectId: project?.id });
  return hits.flatMap((hit) => {
    const { id, createdAt: at, projectId, projectSlug, taskNumber } = hit;
    if (projectId === undefined) return [];
    const [, type = "", title = hit.title] = /^(\S+) on ([\s\S]*)$/.exec(hit.title) ?? [];
    const change = readWords(hit.type === "comment" ? "comment" : type, hit.content);
    const key = `${projectSlug ?? ""}-${taskNumber ?? "?"}`;
    return [
      { ...change, id, at, projectId, key, title, personId: hit.userId, person: hit.userName },
    ];
  });
}

/** `GET /api/activity/:taskId`. */
const activitiesSchema = list(
  z.object({
    id: kaneoId,
    type: word,
    createdAt: moment,
    userId: optional(z.string()),
    content: optional(z.string()),
    eventData: optional(z.record(z.string(), z.unknown())),
    externalUserName: optional(z.string()),
  }),
);

async function readTaskByTask(
  kaneo: Kaneo,
  projects: Project[],
  { kinds, since, until, ofUnchanged, isForAll = false }: EventQuery,
) {
  const busy = new Set(projects.map(({ id }) => id));
  const unchanged = ofUnchanged?.filter(({ project }) => busy.has(project.id));
  const all = unchanged ?? (await tasksByChange(kaneo, projects));
  const hasChanged = ({ updatedAt }: RecentTask) => since === undefined || updatedAt >= since;
  // A comment is the only event that does not change its task.
  const mayBeAny = kinds === undefined || kinds.includes("comment");
  const wanted = all.filter(
    (task) => !(until && task.createdAt > until) && (mayBeAny || hasChanged(task)),
  );
  const most = isForAll ? wanted.filter((task) => unchanged || hasChanged(task)).length : 0;
  const first = wanted.slice(0, Math.max(MOST_TASKS_READ, most));
  const read = (task: RecentTask) => eventsOf(kaneo, task);
  const { found: events, tasksRead } = await readEach(kaneo, first, read);
  const unread = wanted.slice(tasksRead);
  if (unread.length === 0) return { events, gap: undefined };
  const changed = unread.find(hasChanged)?.updatedAt;
  const last = changed && [changed, until].sort()[0];
  const gap: EventGap = { projects, tasksRead, tasksInAll: wanted.length, until: last };
  return { events, gap };
}

/** Everything that Kaneo records of a task, the newest first: no change of descriptions, labels, relations and times. */
export async function eventsOf(
  kaneo: Kaneo,
  { id, key, title, project }: Omit<RecentTask, "createdAt" | "updatedAt">,
): Promise<TaskEvent[]> {
  const [rows, members] = await Promise.all([
    kaneo.get(endpoint`/api/activity/${id}`, activitiesSchema),
    kaneo.kept(membersOf(project.workspaceId)),
  ]);
  const names = new Map(members.map(({ id: memberId, name }) => [memberId, name]));
  return rows.map(({ id: eventId, type, createdAt: at, userId: personId, ...row }): TaskEvent => {
    const person = row.externalUserName ?? names.get(personId ?? "");
    const change = readDetails(type, row.eventData ?? {}, row.content);
    return { ...change, id: eventId, at, projectId: project.id, key, title, personId, person };
  });
}
