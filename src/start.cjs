#!/usr/bin/env node
// The published entry, in words that every Node understands. The build puts in what the program's first chunk is called.
var refusal = "kaneo-mcp needs Node 20.18.1 or later; this is %s at %s.";
var advice = 'Give the full path of a newer one as "command".';

var numbers = process.versions.node.split(".").map(Number);
if (numbers[0] * 1e6 + numbers[1] * 1e3 + numbers[2] >= 20018001) require("./main.cjs");
else {
  // biome-ignore lint/suspicious/noConsole: the program and its log are not loaded.
  console.error(refusal, process.version, process.execPath, advice);
  process.exitCode = 2;
}
