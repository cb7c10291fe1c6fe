/**
 * Networks of this machine's own: hosts that share its processor and its disk but
 * nothing of its network, with cables between them. Linux, as root.
 *
 * @module
 */

import { run } from "../process.ts";
import { tryRun } from "../storage/files.ts";

/** Where rules apply to what a router passes on. */
export const FORWARD = "filter hook forward priority 0";

/** What a host has to be able to do, each tried in one that is thrown away. */
const NEEDS: readonly (readonly string[])[] = [
  ["nsenter", "--version"],
  ["ip", "link", "add", "type", "veth"],
  ["nft", "add", "table", "inet", "t"],
];

/** Why there can be no networks here; `undefined` if there can. */
export async function whyNoNetwork(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "network namespaces are Linux's";
  for (const need of NEEDS) {
    const reason = await tryOnHost(need);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * Tries a command on a host without cables.
 *
 * @returns Why it failed, if it did.
 */
export async function tryOnHost(
  command: readonly string[],
): Promise<string | undefined> {
  const reason = await tryRun("unshare", "-n", ...command);
  return reason === undefined ? undefined : `${command[0]}: ${reason}`;
}

/** A machine, as far as its network goes. */
export class Host implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts a host. Its network lasts as long as a process in it, which ends with
   * its standard input: nothing is left, however the tests end.
   */
  static async start(): Promise<Host> {
    const child = new Deno.Command("unshare", {
      args: ["-n", "cat"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    // What comes back shows that the process has left this machine's network.
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array(1));
    writer.releaseLock();
    const reader = child.stdout.getReader();
    await reader.read();
    reader.releaseLock();
    return new Host(child);
  }

  /** The process that the network belongs to. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What a command line begins with that is to run here. */
  get prefix(): readonly string[] {
    return ["nsenter", "-t", `${this.pid}`, "-n"];
  }

  /** Sets up interfaces and routes, by lines of `ip -batch`. */
  async configure(...lines: readonly string[]): Promise<void> {
    await this.command(["ip", "-batch", "-"], lines.join("\n"));
  }

  /**
   * Adds rules to a chain of nftables.
   *
   * @param chain Where they apply, as in `filter hook forward priority 0`.
   * @param rules For IPv4.
   */
  async rule(chain: string, ...rules: readonly string[]): Promise<void> {
    const [type = "", , hook = ""] = chain.split(" ");
    const name = `${type}-${hook}`;
    const lines = [`type ${chain};`, ...rules, "}", "}"].join("\n");
    const table = `table ip test {\nchain ${name} {\n${lines}\n`;
    await this.command(["nft", "-f", "-"], table);
  }

  /** Passes on what is meant for others. */
  async forward(): Promise<void> {
    const path = "/proc/sys/net/ipv4/ip_forward";
    await this.command(["sh", "-c", `echo 1 >${path}`]);
  }

  /** Runs a command here that must succeed. */
  async command(command: readonly string[], stdin = ""): Promise<void> {
    const [program = "", ...args] = [...this.prefix, ...command];
    const { code, stderr } = await run(program, args, { stdin });
    if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}${stdin}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.stdout.cancel();
    await this.#child.status;
  }
}

/** Hosts with cables between them. */
export class Network implements AsyncDisposable {
  readonly #hosts = new Map<string, Host>();

  private constructor() {}

  /**
   * Lays cables. Each end is an interface that has the other host's name.
   *
   * @param cables Each with its hosts and their addresses on it, as in `client
   * 10.1.0.2/24 -- 10.1.0.1/24 10.1.0.7/24 server`.
   */
  static async lay(cables: readonly string[]): Promise<Network> {
    await using stack = new AsyncDisposableStack();
    const network = stack.use(new Network());
    for (const cable of cables) await network.#lay(cable);
    stack.move();
    return network;
  }

  /** A host that a cable leads to. */
  host(name: string): Host {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`No host "${name}"`);
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts.values()) await host[Symbol.asyncDispose]();
  }

  async #lay(cable: string): Promise<void> {
    const [left, right] = cable.split(" -- ").map((it) => it.split(" "));
    const [near = "", ...nearAddresses] = left ?? [];
    const [far = "", ...farAddresses] = right?.toReversed() ?? [];
    const a = await this.#start(near);
    const b = await this.#start(far);
    await a.configure(
      `link add name ${far} type veth peer name ${near} netns ${b.pid}`,
      ...configurationOf(far, nearAddresses),
    );
    await b.configure(...configurationOf(near, farAddresses.toReversed()));
  }

  async #start(name: string): Promise<Host> {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const host = await Host.start();
    this.#hosts.set(name, host);
    await host.configure("link set lo up");
    return host;
  }
}

/** Without addresses of its own choice, and without a wait for rival owners. */
function configurationOf(
  name: string,
  addresses: readonly string[],
): readonly string[] {
  return [
    `link set dev ${name} addrgenmode none`,
    ...addresses.map((it) =>
      `addr add ${it} dev ${name}${it.includes(":") ? " nodad" : ""}`
    ),
    `link set dev ${name} up`,
  ];
}
