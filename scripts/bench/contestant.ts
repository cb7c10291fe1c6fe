/**
 * The servers that are compared: this program, the peers that are installed,
 * and the floor.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";

/** A running server. */
export interface Contestant {
  /** Its name in the table. */
  readonly name: string;
  /** Its port on the loopback interface. */
  readonly port: number;
  /** What is measured. */
  readonly process: Deno.ChildProcess;
}

interface Recipe {
  readonly name: string;
  /** Where it may be, in the folder of the peers or on the path. */
  readonly commands: readonly string[];
  args(port: number, directory: string): string[];
}

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

const PEERS: readonly Recipe[] = [
  {
    name: "tftpd-hpa",
    commands: ["tftpd-hpa/usr/sbin/in.tftpd", "/usr/sbin/in.tftpd"],
    args: (port, directory) => [
      ...["-L", "-c", "-u", "root", "-a", `127.0.0.1:${port}`],
      ...["-s", directory],
    ],
  },
  {
    name: "atftpd",
    commands: ["atftpd/usr/sbin/atftpd", "/usr/sbin/atftpd"],
    args: (port, directory) => [
      ...["--daemon", "--no-fork", "--port", `${port}`],
      ...["--bind-address", "127.0.0.1", "--user", "root.root"],
      ...["--maxthread", "10000", directory],
    ],
  },
  {
    name: "pin/tftp",
    commands: ["gopin/gopin"],
    args: (port, directory) => [`127.0.0.1:${port}`, directory],
  },
];

/**
 * Starts all servers there are.
 *
 * @param peers The folder where peers may be.
 * @param directory A folder for uploads.
 * @param syncs Whether this program waits for the disk, as it does by default.
 */
export async function startAll(
  peers: string,
  directory: string,
  syncs: boolean,
): Promise<Contestant[]> {
  const all = [await startOwn(directory, syncs)];
  for (const recipe of PEERS) {
    const command = await find(peers, recipe.commands);
    if (command === undefined) continue;
    const folder = await folderFor(directory, recipe.name);
    const port = freePort();
    all.push(spawn(recipe.name, port, command, recipe.args(port, folder)));
  }
  const port = freePort();
  const sink = join(ROOT, "scripts/bench/sink.ts");
  all.push(
    spawn("floor", port, Deno.execPath(), [
      ...sourceFlags(),
      "--allow-net=127.0.0.1",
      sink,
      `${port}`,
    ]),
  );
  for (const contestant of all) await untilAnswering(contestant.port);
  return all;
}

/** Starts this program: the binary where there is one, else from source. */
export async function startOwn(
  directory: string,
  syncs: boolean,
): Promise<Contestant> {
  const folder = await folderFor(directory, "wotftp");
  const port = freePort();
  const binary = await find(ROOT, ["dist/wotftp"]);
  const args = [
    ...["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder],
    ...["--verbose", "0", ...(syncs ? [] : ["--no-sync"])],
  ];
  if (binary !== undefined) return spawn("wotftp", port, binary, args);
  return spawn("wotftp", port, Deno.execPath(), [
    ...sourceFlags(),
    ...["--allow-net", "--allow-read", "--allow-write", "--allow-sys=statfs"],
    join(ROOT, "main.ts"),
    ...args,
  ]);
}

function sourceFlags(): string[] {
  const isJsr = import.meta.resolve("@std/path").startsWith("jsr:");
  const map = join(ROOT, "scripts/std/import_map.json");
  return [
    ...["run", "--quiet", "--no-prompt", `--config=${join(ROOT, "deno.json")}`],
    ...(isJsr ? [] : ["--no-lock", `--import-map=${map}`]),
  ];
}

function spawn(
  name: string,
  port: number,
  command: string,
  args: string[],
): Contestant {
  const process = new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { name, port, process };
}

async function find(
  folder: string,
  commands: readonly string[],
): Promise<string | undefined> {
  for (const command of commands) {
    const path = command.startsWith("/") ? command : join(folder, command);
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch {
      // Not there.
    }
  }
  return undefined;
}

async function folderFor(directory: string, name: string): Promise<string> {
  const folder = join(directory, name.replace("/", "-"));
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}

function freePort(): number {
  const options = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
  const socket = Deno.listenDatagram(options);
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}

/** Asks to write until anything comes back. */
async function untilAnswering(port: number): Promise<void> {
  const options = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
  const socket = Deno.listenDatagram(options);
  const request = new TextEncoder().encode("\0\x02ready\0octet\0");
  const asking = setInterval(
    () => socket.send(request, { ...options, port }).catch(() => {}),
    20,
  );
  await socket.receive();
  clearInterval(asking);
  socket.close();
}
