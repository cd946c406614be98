/** /api/{github,gitea,discord,slack,telegram,generic-webhook}-integration. */
import { created, createId, type Integration, now, type SandboxData, where } from "../data.ts";
import { Refusal } from "../refusal.ts";
import { type Route, route } from "../router.ts";
import { text } from "../shape.ts";
import { type Config, github, type Kind, kinds, repository, textOf } from "./integration-kinds.ts";
import { addTask } from "./tasks.ts";

const access = { from: "project", key: "projectId" } as const;
const needs = { workspace: ["manage_settings"] };

export const integrationRoutes: readonly Route[] = [
  ...kinds.flatMap(routesOf),
  route({
    method: "GET",
    path: "/api/github-integration/app-info",
    run: ({ data }) => ({ appName: data.github.appName ?? null }),
  }),
  route({
    method: "POST",
    path: "/api/github-integration/verify",
    body: repository,
    run: ({ data, body }) => {
      const isInstalled = isReachable(data, body);
      const message = isInstalled
        ? "GitHub App is properly installed and has all required permissions"
        : "GitHub App is not installed on this repository or the repository is not accessible";
      const { appName } = data.github;
      const installationUrl = `https://github.com/apps/${appName}/installations/new/permissions`;
      return { isInstalled, hasRequiredPermissions: isInstalled, message, installationUrl };
    },
  }),
  ...["github", "gitea"].map((type) =>
    route({
      method: "POST",
      path: `/api/${type}-integration/import-issues`,
      body: { projectId: text() },
      access: { from: "project", key: "projectId" },
      needs: { task: ["create"] },
      run: ({ data, body: { projectId } }) => importIssues(data, projectId, type),
    }),
  ),
];

/** Of a repository with two issues, both tasks afterwards. */
function importIssues(data: SandboxData, projectId: string, type: string) {
  if (!find(data, projectId, type)) throw new Refusal(404, `${type} integration not found`);
  const titles = ["Issue one", "Issue two"];
  const known = where(data.tasks, (task) => task.projectId === projectId).map(({ title }) => title);
  const fresh = titles.filter((title) => !known.includes(title));
  for (const title of fresh) addTask(data, projectId, { title, status: "to-do" });
  return { imported: fresh.length, updated: 0, skipped: titles.length - fresh.length };
}

function routesOf(kind: Kind): Route[] {
  const path = `/api/${kind.type}-integration/project/:projectId`;
  const shown = (row: Integration | undefined) => show(kind, row);
  const existing = (data: SandboxData, projectId: string) => existingOf(kind, data, projectId);
  return [
    route({
      method: "GET",
      path,
      access,
      run: ({ data, param }) => shown(find(data, param("projectId"), kind.type)),
    }),
    route({
      method: "POST",
      path,
      body: kind.create,
      access,
      needs,
      run: ({ data, body, param }) => {
        if (kind === github && data.github.appName === undefined) {
          throw new Refusal(500, "GitHub app not configured");
        }
        const projectId = param("projectId");
        const before = find(data, projectId, kind.type);
        const config = kind.read(body, before?.config);
        const id = before?.id ?? createId();
        const row = { id, projectId, type: kind.type, config, isActive: true, ...created() };
        data.integrations.set(id, row);
        return shown(row);
      },
    }),
    route({
      method: "PATCH",
      path,
      body: kind.update,
      access,
      needs,
      run: ({ data, body, param }) => {
        const row = existing(data, param("projectId"));
        const { isActive: active = row.isActive, ...rest } = body as Config;
        row.config = kind.read(rest, row.config);
        return shown(Object.assign(row, { isActive: active, updatedAt: now() }));
      },
    }),
    route({
      method: "DELETE",
      path,
      access,
      needs,
      run: ({ data, param }) => {
        data.integrations.delete(existing(data, param("projectId")).id);
        return { success: true };
      },
    }),
  ];
}

function find(data: SandboxData, projectId: string, type: string): Integration | undefined {
  return where(data.integrations, (row) => row.projectId === projectId && row.type === type)[0];
}

function isReachable({ github: { repositories } }: SandboxData, body: Config): boolean {
  return repositories.includes(
    `${textOf(body["repositoryOwner"])}/${textOf(body["repositoryName"])}`,
  );
}

function show(kind: Kind, row: Integration | undefined) {
  if (!row) return null;
  const { config, type: _type, ...rest } = row;
  return {
    ...rest,
    ...kind.show(config),
    ...(config["events"] ? { events: config["events"] } : {}),
  };
}

function existingOf(kind: Kind, data: SandboxData, projectId: string): Integration {
  const row = find(data, projectId, kind.type);
  if (row) return row;
  throw new Refusal(404, `${kind.name} integration not found`);
}
