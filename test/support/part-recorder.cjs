// Required before the built file: names each part of it on stderr when that is compiled.
const { basename } = require("node:path");
const Module = require("node:module");

const { _compile: compile } = Module.prototype;
Module.prototype._compile = function (code, path, ...rest) {
  if (path.endsWith(".js")) process.stderr.write(`part ${basename(path)}\n`);
  return compile.call(this, code, path, ...rest);
};
