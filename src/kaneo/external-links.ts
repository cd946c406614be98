import { z } from "zod";
import { optional } from "./answer-fields.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";

const externalLinkSchema = z.object({
  resourceType: z.string(),
  url: z.string(),
  title: optional(z.string()),
});

/** Something on another platform that an integration tied to a task; its type is such as `pull_request`. */
export type ExternalLink = z.infer<typeof externalLinkSchema>;

/** The external links of a task (`GET /api/external-link/task/:taskId`). */
export function externalLinksOf(kaneo: Kaneo, taskId: string): Promise<ExternalLink[]> {
  return kaneo.get(endpoint`/api/external-link/task/${taskId}`, z.array(externalLinkSchema));
}
