/** A function, also usable as a class, that names what it stands for. */
exports.refuse = function refuse(name) {
  return function standIn() {
    throw new Error(`${name} is not part of kaneo-mcp, since nothing in it can need it.`);
  };
};
