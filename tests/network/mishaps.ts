/**
 * What networks do to packets on their way, and a router that does it.
 *
 * @module
 */

import { FORWARD, type Host, tryOnHost } from "./network.ts";

/** Something that happens to packets. */
export interface Mishap {
  /** What the network does, with "packets" behind it. */
  readonly does: string;
  /** Lines of `tc -batch` for each interface, which they call DEV. */
  readonly queues: readonly string[];
  /** Rules for what is passed on. */
  readonly rules: readonly string[];
}

/** All of them, between a host `client` and a host `server`. */
export const MISHAPS: readonly Mishap[] = [
  { does: "loses", queues: [], rules: ["numgen inc mod 16 == 7 drop"] },
  {
    does: "doubles",
    queues: [],
    // Not OACKs, for curl takes a second one for leave to skip a block; and few,
    // for it repeats a block at every ACK that it knows, and soon gives up.
    rules: [
      "@th,64,16 != { 3, 4 } accept",
      "oifname client numgen inc mod 7 == 0 dup to 10.1.0.2 device client",
      "oifname server numgen inc mod 7 == 0 dup to 10.2.0.2 device server",
    ],
  },
  {
    does: "delays every fourth of its",
    queues: [
      "qdisc add dev DEV root handle 1: htb default 1",
      "class add dev DEV parent 1: classid 1:1 htb rate 1gbit",
      "class add dev DEV parent 1: classid 1:2 htb rate 1mbit",
    ],
    rules: ["numgen inc mod 4 == 0 meta priority set 1:2"],
  },
  {
    // Half a window of the project's own client.
    does: "is slow and has no room for many",
    queues: ["qdisc add dev DEV root tbf rate 4mbit burst 4kb limit 12kb"],
    rules: [],
  },
  {
    does: "delays and loses at random",
    queues: ["qdisc add dev DEV root netem delay 10ms 5ms loss 2%"],
    rules: [],
  },
];

/** Has a router between `client` and `server` do it to all that passes. */
export async function befall(
  router: Host,
  { queues, rules }: Mishap,
): Promise<void> {
  const lines = ["client", "server"].flatMap((dev) =>
    queues.map((it) => it.replace("DEV", dev))
  );
  await router.command(["tc", "-batch", "-"], lines.join("\n"));
  await router.rule(FORWARD, ...rules);
}

/** Why it cannot be done here; `undefined` if it can. */
export async function whyNot({ queues }: Mishap): Promise<string | undefined> {
  const [first] = queues;
  if (first === undefined) return undefined;
  return await tryOnHost(["tc", ...first.replace("DEV", "lo").split(" ")]);
}
