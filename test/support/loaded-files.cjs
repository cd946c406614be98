// Required before the program: names on stderr, when the process ends, each of its files that was loaded.
const { basename } = require("node:path");

process.on("exit", () => {
  for (const path of Object.keys(require.cache)) process.stderr.write(`loaded ${basename(path)}\n`);
});
