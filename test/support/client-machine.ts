import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Client, clients, type Places, placesOf } from "../../src/cli/clients.ts";
import { install, uninstall } from "../../src/cli/install.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";
import { type CommandRun, runIn } from "./run-command.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** A machine with an empty home and no client's command, on which kaneo-mcp is installed. */
export interface ClientMachine extends AsyncDisposable {
  readonly home: string;
  readonly places: Places;
  install(...words: string[]): Promise<CommandRun>;
  uninstall(...words: string[]): Promise<CommandRun>;
  /** Writes the file of a client, and gives its path. */
  write(client: Client, text: string | Buffer): Promise<string>;
  /** What the client's file holds; undefined when there is none. */
  read(client: Client): Promise<string | undefined>;
  /** Puts a command on the PATH, in the words of Node; `home` and `args` are there. */
  addCommand(name: string, script: string): Promise<void>;
}

export async function makeClientMachine(
  changes: Partial<Surroundings> = {},
): Promise<ClientMachine> {
  const folder = await makeTemporaryFolder();
  const bin = join(folder.path, "bin");
  const home = join(folder.path, "home");
  await mkdir(bin);
  await mkdir(home);
  const env = { HOME: home, PATH: bin, ...changes.env };
  const { platform = "linux" } = changes;
  const places = placesOf(platform, home, env);
  const script = "/opt/kaneo-mcp/dist/kaneo-mcp.cjs";
  const machine = { execPath: "/usr/bin/node", script, ...changes, homeDir: home, env, platform };
  return {
    home,
    places,
    install: (...words) => runIn(machine, (around) => install(words, around)),
    uninstall: (...words) => runIn(machine, (around) => uninstall(words, around)),
    write: async (client, text) => {
      const [path] = client.files(places);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return path;
    },
    read: (client) => readIfThere(client.files(places)[0]),
    addCommand: async (name, script) => {
      const start = `#!${process.execPath}\nconst [home, args] = [process.env.HOME, process.argv.slice(2)];\n`;
      await writeFile(join(bin, name), start + script);
      await chmod(join(bin, name), 0o755);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The client of this title. */
export function clientTitled(title: string): Client {
  const found = clients.find((client) => client.title === title);
  if (!found) throw new Error(`no client ${title}`);
  return found;
}

/** What a file holds; undefined when there is none. */
export function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
