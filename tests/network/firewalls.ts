/**
 * Routers that do not let everything through, and what becomes of uploads.
 *
 * @module
 */

import { FORWARD, type Host } from "./network.ts";

/** A router between a host `client` and a host `server`. */
export interface Firewall {
  /** What it is. */
  readonly name: string;
  /** Chains of nftables with their rules, PORT being the server's. */
  readonly chains: readonly (readonly [chain: string, ...rules: string[]])[];
  /** Whom the client asks, if not the server itself. */
  readonly asked?: string;
  /**
   * What the server says of the client if it answers from other ports than the
   * one that was asked; nothing if uploads succeed even so.
   */
  readonly cause?: string;
}

const POSTROUTING = "nat hook postrouting priority 100";
const UNHEARD = "our answers, which come from another port, do not reach it";

/** All of them. */
export const FIREWALLS: readonly Firewall[] = [
  {
    name: "a masquerading router in front of the client",
    chains: [[POSTROUTING, "oifname server masquerade"]],
    cause: UNHEARD,
  },
  {
    name: "a firewall that lets only answers in to the client",
    chains: [[
      FORWARD,
      "ct state established,related accept",
      "oifname client drop",
    ]],
    cause: UNHEARD,
  },
  {
    name: "a firewall that lets only one port in to the server",
    chains: [[FORWARD, "oifname server udp dport != PORT drop"]],
    cause: "its blocks do not reach the port that we answered from",
  },
  {
    name: "a firewall that lets one port and answers in to the server",
    chains: [[
      FORWARD,
      "ct state established,related accept",
      "oifname server udp dport != PORT drop",
    ]],
  },
  {
    name: "a port that is forwarded to the server, as to a container",
    chains: [
      [
        "nat hook prerouting priority -100",
        "iifname client udp dport PORT dnat to 10.2.0.2",
      ],
      [POSTROUTING, "oifname client masquerade"],
    ],
    asked: "10.1.0.1",
  },
];

/** Has a router between `client` and `server` protect whom it does. */
export async function protect(
  router: Host,
  { chains }: Firewall,
  port: number,
): Promise<void> {
  for (const [chain, ...rules] of chains) {
    const filled = rules.map((it) => it.replace("PORT", `${port}`));
    await router.rule(chain, ...filled);
  }
}
