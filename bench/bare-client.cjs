// What a server over stdio would be that does nothing but send the requests it is told, with undici on kept connections:
// the floor for a tool call. It needs what is in an answer, so it unpacks and parses it.
const { createInterface } = require("node:readline");
const { promisify } = require("node:util");
const { gunzip, gunzipSync } = require("node:zlib");
const { Pool } = require("undici");

const inlineBytes = 16 * 1024;
const gunzipOffThread = promisify(gunzip);
const pool = new Pool(process.argv[2], { connections: 16 });
const common = {
  accept: "application/json",
  "accept-encoding": "gzip",
  authorization: `Bearer ${process.env.BENCH_TOKEN}`,
};

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, params } = JSON.parse(line);
  if (id === undefined) return;
  const { requests = [], atOnce = requests.length } = params;
  const rest = [...requests];
  const work = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await send(next);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: {} })}\n`);
});

async function send({ path, body }) {
  const post = body && {
    method: "POST",
    headers: { ...common, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await pool.request({ path, method: "GET", headers: common, ...post });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const text = answer.headers["content-encoding"] === "gzip" ? await unpack(bytes) : bytes;
  if (answer.statusCode >= 400) throw new Error(`${path}: ${text}`);
  return JSON.parse(text.toString("utf8"));
}

async function unpack(bytes) {
  return bytes.length < inlineBytes ? gunzipSync(bytes) : gunzipOffThread(bytes);
}
