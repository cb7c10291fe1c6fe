/**
 * The servers that are compared: this program with and without waiting for the
 * disk, the peers that are installed, and the floor.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { ENGINE_FLAGS } from "../engine_flags.ts";
import { stdFlags } from "../std_flags.ts";

/** A server that can be started. */
export interface Contestant {
  /** Its name in the table. */
  readonly name: string;
  /**
   * What it is compared as: `own` is this program as delivered, `unsynced` the
   * same without waiting for the disk, `floor` does what no server can avoid.
   */
  readonly role: "own" | "variant" | "unsynced" | "peer" | "floor";
  /** The executable. */
  readonly command: string;
  /** Its arguments, to listen on a port of 127.0.0.1 and store in a folder. */
  args(port: number, folder: string): readonly string[];
}

/** A server that runs. */
export interface Server {
  /** What was started. */
  readonly contestant: Contestant;
  /** Its port on the loopback interface. */
  readonly port: number;
  /** Where its uploads land. */
  readonly folder: string;
  /** What is measured. */
  readonly process: Deno.ChildProcess;
}

interface PeerRecipe extends Pick<Contestant, "name" | "args"> {
  /** Where it may be, in the folder of the peers or on the path. */
  readonly commands: readonly string[];
}

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

const PEERS: readonly PeerRecipe[] = [
  {
    name: "tftpd-hpa",
    commands: ["tftpd-hpa/usr/sbin/in.tftpd", "/usr/sbin/in.tftpd"],
    args: (port, folder) => [
      ...["-L", "-c", "-u", "root", "-a", `127.0.0.1:${port}`],
      ...["-s", folder],
    ],
  },
  {
    name: "atftpd",
    commands: ["atftpd/usr/sbin/atftpd", "/usr/sbin/atftpd"],
    args: (port, folder) => [
      ...["--daemon", "--no-fork", "--port", `${port}`],
      ...["--bind-address", "127.0.0.1", "--user", "root.root"],
      ...["--maxthread", "10000", folder],
    ],
  },
  {
    name: "pin/tftp",
    commands: ["gopin/gopin"],
    args: (port, folder) => [`127.0.0.1:${port}`, folder],
  },
];

/**
 * Finds all servers there are, in the order of the table. This program is the
 * binary where there is one, else it runs from source.
 *
 * @param peers The folder where peers may be.
 * @param threads Compare this program with so many threads for uploads; with as
 * many as it likes if the list is empty.
 */
export async function findContestants(
  peers: string,
  threads: readonly number[],
): Promise<Contestant[]> {
  const binary = await find(ROOT, ["dist/wotftp"]);
  const own = (
    name: string,
    role: "own" | "variant" | "unsynced",
    more: string[],
  ) => ({
    ...{ name, role },
    ...ownCommand(binary, more),
  });
  const all: Contestant[] = threads.map((it) =>
    own(`wotftp, threads ${it}`, "own", ["--threads", `${it}`])
  );
  if (all.length === 0) all.push(own("wotftp", "own", []));
  all.push(
    own("wotftp, single port", "variant", ["--single-port"]),
    own("wotftp, no fsync", "unsynced", ["--no-sync"]),
  );
  for (const { name, commands, args } of PEERS) {
    const command = await find(peers, commands);
    if (command !== undefined) all.push({ name, role: "peer", command, args });
  }
  const sink = join(ROOT, "scripts/bench/sink.ts");
  all.push({
    name: "floor",
    role: "floor",
    command: Deno.execPath(),
    args: (port) => [
      ...sourceFlags(),
      ...["--allow-net=127.0.0.1", sink, `${port}`],
    ],
  });
  return all;
}

/**
 * Whether a contestant is run by Deno from its source.
 *
 * @param contestant This program or the floor.
 */
export function isFromSource({ command }: Contestant): boolean {
  return command === Deno.execPath();
}

/**
 * Starts a server on a free port; it may take a while until it answers.
 *
 * @param contestant What to start.
 * @param folder Where its uploads go; made if need be.
 */
export function launch(contestant: Contestant, folder: string): Server {
  Deno.mkdirSync(folder, { recursive: true });
  const port = freePort();
  const process = new Deno.Command(contestant.command, {
    args: [...contestant.args(port, folder)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { contestant, port, folder, process };
}

/**
 * Ends a server at once.
 *
 * @param server A server that may have ended by itself.
 */
export async function stop({ process }: Server): Promise<void> {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    // Thrown if it has ended already.
    if (!(error instanceof TypeError)) throw error;
  }
  await process.status;
}

function ownCommand(
  binary: string | undefined,
  more: readonly string[],
): Pick<Contestant, "command" | "args"> {
  const prefix = binary === undefined
    ? [
      ...[...sourceFlags(), ...ENGINE_FLAGS],
      ...["--allow-net", "--allow-read", "--allow-write", "--allow-sys=statfs"],
      join(ROOT, "main.ts"),
    ]
    : [];
  return {
    command: binary ?? Deno.execPath(),
    args: (port, folder) => [
      ...prefix,
      ...["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder],
      ...["--verbose", "0", ...more],
    ],
  };
}

function sourceFlags(): string[] {
  const config = `--config=${join(ROOT, "deno.json")}`;
  return ["run", "--quiet", "--no-prompt", config, ...stdFlags()];
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

function freePort(): number {
  const options = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
  const socket = Deno.listenDatagram(options);
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}
