/** Fills the embedded Kaneo. */
import { sowAcme, sowContract } from "./seed-contract.ts";
import { sowDemo } from "./seed-demo.ts";
import { addBigProject, addWorkspace, type BigProject, type Garden } from "./seed-tools.ts";

export type Seed =
  /** Two workspaces, three projects, forty tasks: what a small team has. */
  | "demo"
  /** One workspace "Acme" of alice's, without projects. */
  | "empty"
  /** What the recordings were made against, with 5,000 tasks in BIG. */
  | "contract"
  /** As "contract", without BIG. */
  | "acme"
  /** As "empty", with a project BIG. */
  | BigProject;

export async function sow(garden: Garden, seed: Seed): Promise<void> {
  if (seed === "demo") return sowDemo(garden);
  if (seed === "contract") return sowContract(garden);
  if (seed === "acme") return sowAcme(garden);
  const workspaceId = await addWorkspace(garden, { name: "Acme", slug: "acme" });
  if (seed !== "empty") addBigProject(garden, workspaceId, seed);
}
