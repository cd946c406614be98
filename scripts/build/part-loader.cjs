/* global PARTS */
// What dist/kaneo-mcp.cjs begins with. A part of the program stays text until it is first asked for: V8 passes over a
// string many times faster than over the code in it.
const Module = require("node:module");
const { join } = require("node:path");

const loaded = new Map();

function load(name) {
  const known = loaded.get(name);
  if (known) return known.exports;
  const path = join(__dirname, name);
  const part = new Module(path, module);
  part.filename = path;
  part.require = (id) => (Object.hasOwn(PARTS, id) ? load(id) : require(id));
  // Node's own way of compiling a module: with its compile cache and source maps. What fails is tried again next time.
  part._compile(PARTS[name], path);
  loaded.set(name, part);
  return part.exports;
}

load("./start.js");
