/**
 * Block sizes that did not get through. A client asks for large blocks, gets
 * them, and a tunnel or a firewall on the way drops what does not fit one frame:
 * its first block never comes, however often it is sent. So the next time it asks
 * it gets blocks that fit, and after that the smallest ones that everybody has.
 *
 * Plain data, updated in place, of bounded size. What is forged here costs a
 * client some of its speed for some minutes, and nothing else.
 *
 * @module
 */

import { DEFAULT_BLKSIZE } from "../protocol/options.ts";
import { type Peer, plainAddress } from "./address.ts";
import { remember } from "./recent.ts";

/** What fits a frame of Ethernet with some tunnels around it. */
export const FITTING_BLKSIZE = 1_400;
/**
 * A client asks anew this long after its last request at the earliest, if that
 * one failed; sooner, it is another upload of the same address.
 */
const STALL_MS = 3_000;
/** How long it is remembered, anew each time it is of use. */
const REMEMBERED_MS = 10 * 60 * 1_000;
/** More clients than lose their large blocks at once in earnest. */
const MAX_CLIENTS = 1_024;

/** A grant whose first block has not come. */
export interface Grant {
  /** The port that asked. */
  readonly port: number;
  /** The block size. */
  readonly blksize: number;
  /** When that was. */
  readonly at: number;
}

/** What was learned. */
export interface Learned {
  /** Grants that are not proven, by address, those of late at the end. */
  readonly grants: Map<string, Grant>;
  /** What got through at most, by address, and when that was last of use. */
  readonly limits: Map<
    string,
    { readonly blksize: number; readonly at: number }
  >;
}

/** Nothing was learned. */
export function nothingLearned(): Learned {
  return { grants: new Map(), limits: new Map() };
}

/**
 * The largest block that is worth a try.
 *
 * @returns Bytes; `undefined` if nothing is against any size.
 */
export function learnedBlksize(
  { grants, limits }: Learned,
  hostname: string,
  now: number,
): number | undefined {
  const client = plainAddress(hostname);
  const limit = limits.get(client);
  const known = limit !== undefined && now - limit.at < REMEMBERED_MS
    ? limit.blksize
    : Infinity;
  const grant = grants.get(client);
  const next = grant !== undefined && isStalled(grant, now)
    ? smallerThan(grant.blksize)
    : Infinity;
  const blksize = Math.min(known, next);
  return blksize === Infinity ? undefined : blksize;
}

/**
 * Notes what a client was granted.
 *
 * @param limit What {@linkcode learnedBlksize} said.
 */
export function noteGrant(
  { grants, limits }: Learned,
  { hostname, port }: Peer,
  blksize: number,
  limit: number | undefined,
  now: number,
): void {
  const client = plainAddress(hostname);
  if (limit !== undefined) {
    remember(limits, client, { blksize: limit, at: now }, MAX_CLIENTS);
  }
  const before = grants.get(client);
  // The older one shows sooner that it has stalled.
  if (before !== undefined && now - before.at < STALL_MS) return;
  grants.delete(client);
  if (blksize <= DEFAULT_BLKSIZE) return;
  remember(grants, client, { port, blksize, at: now }, MAX_CLIENTS);
}

/**
 * Notes that a client is in no need of smaller blocks: its first block came, or
 * it has not even got the answer to its request and repeats it.
 */
export function noteNoStall(
  { grants }: Learned,
  { hostname, port }: Peer,
): void {
  const client = plainAddress(hostname);
  if (grants.get(client)?.port === port) grants.delete(client);
}

function isStalled({ at }: Grant, now: number): boolean {
  return now - at >= STALL_MS && now - at < REMEMBERED_MS;
}

function smallerThan(blksize: number): number {
  return blksize > FITTING_BLKSIZE ? FITTING_BLKSIZE : DEFAULT_BLKSIZE;
}
