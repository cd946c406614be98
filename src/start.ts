// Where every process begins. Whatever is to be found compiled must be loaded after the cache is open.
import { keepCompiledCode } from "./cli/compile-cache.ts";

void keepCompiledCode().then(() => import("./main.ts"));
