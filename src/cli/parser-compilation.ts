import { setFlagsFromString } from "node:v8";

/**
 * Has V8 compile undici's parser, which is WebAssembly, once. Node 20 would do it again behind the first answer, and no
 * process can end before that is done: a fifth of a second in which a client that left waits for us.
 */
export function compileParserOnce(): void {
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--liftoff-only");
}
