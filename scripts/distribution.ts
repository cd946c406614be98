// Writes what a release holds, from package.json and the built server, into release/.
import { fileURLToPath } from "node:url";
import { publication } from "../src/cli/publication.ts";
import { writeDistribution } from "./distribution/write-distribution.ts";

const folder = fileURLToPath(new URL("../release", import.meta.url));
await writeDistribution(folder, publication);
console.log(`Written to ${folder}`);
