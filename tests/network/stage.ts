/**
 * A network with a server in it, and uploads by real clients from elsewhere.
 *
 * @module
 */

import { join } from "@std/path";
import { canRun, uploadBy } from "../interop/client.ts";
import { denoFlags, ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { skip } from "../skip.ts";
import { differenceOf } from "../stress/stored.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";
import { Network, whyNoNetwork } from "./network.ts";

/** The project's own client, which sends windows of 16 blocks. */
export const PUT = "WOTFTP put --port PORT --name NAME FILE HOST";

/** All clients that are installed. */
export const CLIENTS: readonly string[] = await installed([
  // With such a limit it repeats itself after 4 seconds, and not after 72.
  "curl -m 20 -sS -T FILE URL",
  "tftp -m binary HOST PORT -c put FILE NAME",
  "atftp -p -l FILE -r NAME HOST PORT",
  "busybox tftp -p -l FILE -r NAME HOST PORT",
  PUT,
]);

/** The host that the server runs on. */
export const SERVER = "server";

/** What is to be there. */
export interface Setting {
  /** See {@linkcode Network.lay}. */
  readonly cables: readonly string[];
  /** Default gateways of IPv4, by host. */
  readonly gateways?: Readonly<Record<string, string>>;
  /** Hosts that pass on what is meant for others. */
  readonly routers?: readonly string[];
  /** Why it cannot be had; `undefined` if it can. */
  readonly whyNot?: () => Promise<string | undefined>;
  /** Flags of the server; it listens on all addresses of IPv4 otherwise. */
  readonly flags?: readonly string[];
}

/** Who sends to which address. */
export interface Way {
  /** The sending host. */
  readonly from: string;
  /** The address. */
  readonly to: string;
}

const REASON = await whyNoNetwork();

/** Where a server stores, and clients have their files. */
interface Folders {
  readonly directory: string;
  readonly sources: string;
}

/** A network with a server that listens. */
export class Stage {
  /** The network. */
  readonly network: Network;
  /** The server. */
  readonly server: ServerProcess;
  readonly #folders: Folders;
  #uploads = 0;

  private constructor(network: Network, server: ServerProcess, of: Folders) {
    this.network = network;
    this.server = server;
    this.#folders = of;
  }

  /** Sets everything up, and takes it down afterwards. */
  static async with(
    { cables, gateways = {}, routers = [], flags = [] }: Setting,
    use: (stage: Stage) => Promise<void>,
  ): Promise<void> {
    await using network = await Network.lay(cables);
    for (const name of routers) await network.host(name).forward();
    for (const [name, gateway] of Object.entries(gateways)) {
      await network.host(name).configure(`route add default via ${gateway}`);
    }
    await withTempDirectory((directory) =>
      withTempDirectory(async (sources) => {
        const bind = flags.includes("--bind") ? [] : ["--bind", "0.0.0.0"];
        const { prefix } = network.host(SERVER);
        const command = [...prefix, Deno.execPath(), ...denoFlags(directory)];
        const all = [...bind, ...flags];
        await using server = await ServerProcess.start(directory, all, command);
        await use(new Stage(network, server, { directory, sources }));
      })
    );
  }

  /**
   * Uploads a file of random bytes.
   *
   * @returns What is wrong with that, if anything is.
   */
  async upload(
    { from, to }: Way,
    commandLine: string,
    bytes: number,
  ): Promise<string | undefined> {
    const seed = ++this.#uploads;
    const name = `f${seed}`;
    const file = join(this.#folders.sources, name);
    const content = new Random(seed).bytes(bytes);
    await Deno.writeFile(file, content);
    const { prefix } = this.network.host(from);
    const { port } = this.server;
    const errand = { file, name, port, host: to, prefix };
    const { isStored, said } = await uploadBy(commandLine, errand);
    const difference = await differenceOf(
      this.#folders.directory,
      name,
      content,
    );
    if (isStored && difference === undefined) return undefined;
    return `${commandLine} from ${from} to ${to}: ${difference}; ${said}`;
  }

  /** What is in the upload directory. */
  names(): string[] {
    return namesIn(this.#folders.directory);
  }

  /** Uploads by all clients at once; what is wrong with that. */
  async uploadAll(way: Way, bytes: number): Promise<string[]> {
    const all = CLIENTS.map((it) => this.upload(way, it, bytes));
    return (await Promise.all(all)).filter((it) => it !== undefined);
  }
}

/** A test in a network; where there can be none it is skipped with the reason. */
export function testNetwork(
  name: string,
  setting: Setting,
  use: (stage: Stage) => Promise<void>,
): void {
  Deno.test(name, async () => {
    const reason = REASON ?? await setting.whyNot?.();
    if (reason !== undefined) return skip(reason);
    await Stage.with(setting, use);
  });
}

async function installed(commandLines: readonly string[]): Promise<string[]> {
  const there: string[] = [];
  for (const it of commandLines) {
    if (await canRun(it)) there.push(it);
    else skip(`${it.split(" ")[0]} is not installed`);
  }
  return there;
}
