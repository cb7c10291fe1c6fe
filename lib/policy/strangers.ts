/**
 * Who has to ask twice. A request costs its sender nothing and may be forged;
 * what it sets off here costs a hundred times more than reading it. So while
 * requests come faster than they can be served, one from a network that has not
 * sent a block of late is only remembered, as a mark in a table: a client that
 * is really there repeats its request after a second or so, and then it is
 * served. A flood of forged senders hardly ever names the same one twice.
 *
 * Plain data, updated in place: it is asked once for every datagram of a flood.
 *
 * @module
 */

import { plainAddress } from "./address.ts";
import {
  type Bucket,
  giveBack,
  networkOf,
  type Networks,
  type Rate,
  take,
  takeOf,
} from "./rate.ts";
import { remember } from "./recent.ts";

/**
 * Requests of strangers that are served at once. The burst is a whole site that
 * comes back from a power failure; the rate hardly costs running uploads
 * anything, in time or in memory.
 */
export const SERVED_AT_ONCE: Rate = { perSecond: 300, burst: 4_000 };
/**
 * Requests of each known network that are, beside those that a block followed:
 * its name is easily guessed, and a flood of it shall harm nobody else.
 */
export const SERVED_KNOWN: Rate = { perSecond: 1_000, burst: 4_000 };
/**
 * Requests of each network that come again: many more than devices repeat, and
 * too few to harm others. Whoever forges all ports of one address, thousands of
 * times a second, repeats each of them before long.
 */
export const SERVED_AGAIN: Rate = { perSecond: 300, burst: 1_000 };

/**
 * How long a network is known after it sent a block: devices that save their
 * configuration once a day are strangers every time, those of a bulk job are not.
 */
const KNOWN_MS = 10 * 60 * 1_000;
/** More networks than send files at once in earnest. */
const MAX_KNOWN = 4_096;
/**
 * How long a mark counts: five seconds at least, ten at most. Clients repeat
 * their request after 0.1 to 5 s.
 */
const MARKS_TURN_MS = 5_000;
/**
 * Bits of a table, a power of two; two of them mark a sender. At 50,000 requests
 * a second a table holds 250,000 senders, and one stranger in 500 is taken for
 * one of them. Two tables of 2 MiB, made when the first flood comes.
 */
const TABLE_BITS = 2 ** 24;

/** A network that has sent a block. */
export interface Known {
  /** When the last one came, as far as it was told. */
  readonly since: number;
  /** What is left of {@linkcode SERVED_KNOWN}. */
  bucket: Bucket | undefined;
}

/** Who is known, and who has asked. */
export interface Strangers {
  /** By network, those that sent a block of late at the end. */
  readonly known: Map<string, Known>;
  /** What is left of {@linkcode SERVED_AT_ONCE}. */
  bucket: Bucket | undefined;
  /** What is left of {@linkcode SERVED_AGAIN}. */
  readonly again: Networks;
  /** Who asked since `turnedAt`, and in the time before. */
  marks: readonly [Uint8Array, Uint8Array] | undefined;
  /** When the newer table was begun. */
  turnedAt: number;
}

/** Nobody is known, nobody has asked. */
export function noStrangers(): Strangers {
  return {
    known: new Map(),
    bucket: undefined,
    again: new Map(),
    marks: undefined,
    turnedAt: 0,
  };
}

/**
 * Takes a request out of the count, for a block followed it: those who are there
 * can ask as often as they can be served.
 *
 * @param strangers What is known; updated.
 * @param asker Who asked, and whether its network was not known then.
 */
export function excuse(
  strangers: Strangers,
  { hostname, isStranger }: {
    readonly hostname: string;
    readonly isStranger: boolean;
  },
  now: number,
): void {
  if (isStranger) {
    strangers.bucket = giveBack(strangers.bucket, SERVED_AT_ONCE);
    return;
  }
  const known = knownOf(strangers, hostname, now);
  if (known !== undefined) known.bucket = giveBack(known.bucket, SERVED_KNOWN);
}

/**
 * Notes that a block came: the network of its client is known for a while.
 *
 * @param strangers What is known; updated.
 */
export function greet(
  { known }: Strangers,
  hostname: string,
  now: number,
): void {
  const network = networkOf(plainAddress(hostname));
  const bucket = known.get(network)?.bucket;
  remember(known, network, { since: now, bucket }, MAX_KNOWN);
}

/** Whether a block came from an address's network of late. */
export function isKnown(
  strangers: Strangers,
  hostname: string,
  now: number,
): boolean {
  return knownOf(strangers, hostname, now) !== undefined;
}

function knownOf(
  { known }: Strangers,
  hostname: string,
  now: number,
): Known | undefined {
  const it = known.get(networkOf(plainAddress(hostname)));
  return it !== undefined && now - it.since < KNOWN_MS ? it : undefined;
}

/**
 * Whether a request is to be served now; if not, it is remembered.
 *
 * @param strangers What is known; updated.
 */
export function mayAsk(
  strangers: Strangers,
  { hostname, port }: { readonly hostname: string; readonly port: number },
  now: number,
): boolean {
  const known = knownOf(strangers, hostname, now);
  const rate = known === undefined ? SERVED_AT_ONCE : SERVED_KNOWN;
  const budget = known ?? strangers;
  const { bucket, taken } = take(budget.bucket, rate, now);
  budget.bucket = bucket;
  if (taken) return true;
  const isNew = mark(strangers, hash(hostname, port), now);
  return !isNew && mayAskAgain(strangers, hostname, now);
}

/**
 * Whether a request of somebody who has asked before is to be served now.
 *
 * @param strangers What is known; updated.
 */
export function mayAskAgain(
  strangers: Strangers,
  hostname: string,
  now: number,
): boolean {
  return takeOf(strangers.again, hostname, SERVED_AGAIN, now);
}

/** @returns Whether it is the first time. */
function mark(strangers: Strangers, sender: number, now: number): boolean {
  const [newer, older] = turn(strangers, now);
  let isNew = false;
  for (const place of [sender, mix(sender)]) {
    const index = (place % TABLE_BITS) >> 3;
    const bit = 1 << (place & 7);
    const marks = (newer[index] ?? 0) | (older[index] ?? 0);
    if ((marks & bit) === 0) isNew = true;
    newer[index] = (newer[index] ?? 0) | bit;
  }
  return isNew;
}

function turn(
  strangers: Strangers,
  now: number,
): readonly [Uint8Array, Uint8Array] {
  strangers.marks ??= [
    new Uint8Array(TABLE_BITS / 8),
    new Uint8Array(TABLE_BITS / 8),
  ];
  const [newer, older] = strangers.marks;
  const age = now - strangers.turnedAt;
  if (age < MARKS_TURN_MS) return strangers.marks;
  older.fill(0);
  if (age >= 2 * MARKS_TURN_MS) newer.fill(0);
  strangers.marks = [older, newer];
  strangers.turnedAt = now;
  return strangers.marks;
}

/** FNV-1a, mixed once more; a whole number below 2^32. */
function hash(hostname: string, port: number): number {
  let state = 0x811c9dc5 ^ port;
  for (let i = 0; i < hostname.length; i++) {
    state = Math.imul(state ^ hostname.charCodeAt(i), 0x01000193);
  }
  return mix(state);
}

function mix(state: number): number {
  const mixed = Math.imul(state ^ state >>> 16, 0x85ebca6b);
  return (mixed ^ mixed >>> 13) >>> 0;
}
