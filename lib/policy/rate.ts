/**
 * How many ERRORs may be sent. Every ERROR answers a datagram whose source may
 * be forged, so they are limited for each network and in all: a flood is not
 * reflected at a victim, and two servers that mistake each other for clients
 * fall silent (CVE-2024-2169).
 *
 * @module
 */

import { groupsOf, plainAddress } from "./address.ts";
import { remember } from "./recent.ts";

/** A token bucket: `burst` at once, `perSecond` in the long run. */
export interface Rate {
  /** Tokens that come back every second. */
  readonly perSecond: number;
  /** The most tokens there can be. */
  readonly burst: number;
}

/** The state of a bucket. */
export interface Bucket {
  /** Tokens left, as of `at`. */
  readonly tokens: number;
  /** When that was, milliseconds of any steady clock. */
  readonly at: number;
}

/**
 * For one network: an engineer who tries out a handful of names gets an answer
 * to each, and what is left in the long run is no attack on anyone.
 */
export const ERRORS_PER_SOURCE: Rate = { perSecond: 1, burst: 20 };
/** For all together: some 100 kbit/s of ERRORs. */
export const ERRORS_IN_ALL: Rate = { perSecond: 200, burst: 400 };

/**
 * Takes a token if there is one.
 *
 * @param bucket The bucket as it is; `undefined` if it is full.
 * @returns The bucket as it is now, and whether a token was taken.
 */
export function take(
  bucket: Bucket | undefined,
  rate: Rate,
  now: number,
): { readonly bucket: Bucket; readonly taken: boolean } {
  const refilled = bucket === undefined
    ? rate.burst
    : bucket.tokens + (now - bucket.at) / 1_000 * rate.perSecond;
  const tokens = Math.min(rate.burst, refilled);
  return tokens >= 1
    ? { bucket: { tokens: tokens - 1, at: now }, taken: true }
    : { bucket: { tokens, at: now }, taken: false };
}

/**
 * Gives a token back.
 *
 * @param bucket The bucket as it is; `undefined` if it is full.
 * @returns The bucket as it is now.
 */
export function giveBack(
  bucket: Bucket | undefined,
  { burst }: Rate,
): Bucket | undefined {
  return bucket && { ...bucket, tokens: Math.min(burst, bucket.tokens + 1) };
}

/** More networks than count at once in earnest; beyond, a flood. */
const MAX_NETWORKS = 4_096;

/** What is left for each network, those used last at the end. */
export type Networks = Map<string, Bucket>;

/**
 * Takes a token of an address's network if there is one.
 *
 * @param networks What is left; updated.
 */
export function takeOf(
  networks: Networks,
  hostname: string,
  rate: Rate,
  now: number,
): boolean {
  const network = networkOf(plainAddress(hostname));
  const known = networks.get(network) ?? startOf(networks, rate, now);
  const { bucket, taken } = take(known, rate, now);
  remember(networks, network, bucket, MAX_NETWORKS);
  return taken;
}

/**
 * What an unknown network begins with: little, if it may have been forgotten too
 * early, or whoever fills the table would have every network start anew.
 */
function startOf(
  networks: Networks,
  { burst, perSecond }: Rate,
  now: number,
): Bucket | undefined {
  if (networks.size < MAX_NETWORKS) return undefined;
  const [oldest] = networks.values();
  const isRefilled = oldest !== undefined &&
    now - oldest.at >= burst / perSecond * 1_000;
  return isRefilled ? undefined : { tokens: 1, at: now };
}

/** The ERRORs sent so far, as far as they count. */
export interface ErrorBudget {
  /** What is left for each network. */
  readonly networks: Networks;
  /** What is left for all together; `undefined` if that is all of it. */
  all: Bucket | undefined;
}

/** A budget of which nothing is used. */
export function fullBudget(): ErrorBudget {
  return { networks: new Map(), all: undefined };
}

/**
 * Whether an ERROR may be sent now; if so, it is counted.
 *
 * @param budget The ERRORs sent so far; updated.
 */
export function spendError(
  budget: ErrorBudget,
  hostname: string,
  now: number,
): boolean {
  if (!takeOf(budget.networks, hostname, ERRORS_PER_SOURCE, now)) return false;
  const all = take(budget.all, ERRORS_IN_ALL, now);
  budget.all = all.bucket;
  return all.taken;
}

/**
 * Names the network an address is counted under: its owner can use any address
 * of it.
 *
 * @param address A plain IPv4 or a canonical IPv6 address.
 * @returns The first 24 bits of IPv4, the first 64 of IPv6.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) {
    return address.slice(0, address.lastIndexOf("."));
  }
  return groupsOf(address).slice(0, 4).join(":");
}
