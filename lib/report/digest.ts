/**
 * Keeps the log readable when somebody sets off events without end: requests
 * that are refused, denied or never followed by a block, from addresses that may
 * be forged. Of each network the first of a minute are told one by one, the
 * others are counted and told at its end, as are requests that were dropped.
 *
 * Nothing of a real upload is lost: what may have been left out at its request
 * is told when its first block comes.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { keyOf, plainAddress } from "../policy/address.ts";
import { networkOf } from "../policy/rate.ts";
import type { Event, Folded, Report } from "./event.ts";

/** A minute. */
export const DIGEST_EVERY_MS = 60_000;
/** Of each kind, so many are told one by one for a network and a minute. */
export const LINES_PER_NETWORK = 50;
/** Of each kind, so many a minute are told one by one in all. */
export const LINES_IN_ALL = 300;
/** More networks are counted as one: they are forged. */
export const MAX_NETWORKS = 1_000;
/** So many networks are named at the end of the minute, those with most first. */
export const MAX_NAMED = 20;
/** Requests without data that were told: as many as come in ten minutes. */
const MAX_TOLD = 10 * LINES_IN_ALL;
/** The name of all networks beyond {@linkcode MAX_NETWORKS}. */
const OTHERS = undefined;
const FOLDED: readonly Folded[] = ["refused", "denied", "silent"];

/** What was told and what was not, in this minute. */
export interface Digest {
  /** By network. */
  readonly networks: Map<string | undefined, Counts>;
  /** What was told one by one. */
  told: Record<Folded, number>;
  /** Requests that were dropped. */
  unread: number;
  /** Clients whose request was told and who have not sent a block. */
  readonly unproven: Set<string>;
}

/** What was told of a network one by one, and how much more there was. */
export interface Counts {
  /** Told one by one. */
  readonly told: Record<Folded, number>;
  /** Left out. */
  readonly more: Record<Folded, number>;
}

/** Nothing was told. */
export function emptyDigest(): Digest {
  return {
    networks: new Map(),
    told: none(),
    unread: 0,
    unproven: new Set(),
  };
}

/**
 * Takes in an event.
 *
 * @param digest What was told; updated.
 * @returns What is told of it now, if anything.
 */
export function digestEvent(digest: Digest, event: Event): Event | undefined {
  switch (event.kind) {
    case "refused":
    case "denied": {
      const counts = countsOf(digest, event.peer.hostname);
      if (mayTell(digest, counts, event.kind)) return event;
      counts.more[event.kind]++;
      return undefined;
    }
    case "unread":
      digest.unread += event.requests;
      return undefined;
    case "accepted": {
      const counts = countsOf(digest, event.peer.hostname);
      if (!mayTell(digest, counts, "silent")) return undefined;
      remember(digest, keyOf(event.peer));
      return event;
    }
    case "proven": {
      const isTold = digest.unproven.delete(keyOf(event.peer));
      return isTold ? undefined : { ...event, kind: "accepted" };
    }
    case "failed": {
      const isTold = digest.unproven.delete(keyOf(event.peer));
      const isWorthIt = event.isProven || event.trouble !== undefined;
      if (isTold || isWorthIt) return event;
      countsOf(digest, event.peer.hostname).more.silent++;
      return undefined;
    }
    default:
      return event;
  }
}

/**
 * Ends the minute.
 *
 * @param digest What was told; emptied.
 * @returns What is to be told of it.
 */
export function endMinute(digest: Digest): Event[] {
  const left = [...digest.networks]
    .map(([network, { more }]) => ({ network, more, sum: sumOf(more) }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum);
  const events: Event[] = [];
  const others = none();
  for (const [i, { network, more }] of left.entries()) {
    if (network !== OTHERS && i < MAX_NAMED) {
      events.push({ kind: "more", network, counts: more });
    } else for (const kind of FOLDED) others[kind] += more[kind];
  }
  if (sumOf(others) > 0) {
    events.push({ kind: "more", network: OTHERS, counts: others });
  }
  if (digest.unread > 0) {
    events.push({ kind: "unread", requests: digest.unread });
  }
  digest.networks.clear();
  digest.told = none();
  digest.unread = 0;
  return events;
}

/** A report that hands on what is told, and what is left out every minute. */
export class DigestReport implements Report {
  readonly packets: boolean;
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #digest = emptyDigest();
  #cancel: (() => void) | undefined;

  /** Makes one before another. */
  constructor(report: Report, clock: Clock) {
    this.packets = report.packets;
    this.#report = report;
    this.#clock = clock;
  }

  /** Takes one event. */
  add(event: Event): void {
    if (event.kind === "stopped") this.#endMinute();
    const told = digestEvent(this.#digest, event);
    if (told !== undefined) this.#report.add(told);
    const { networks, unread } = this.#digest;
    if (networks.size === 0 && unread === 0) return;
    this.#cancel ??= this.#clock.after(
      DIGEST_EVERY_MS,
      () => this.#endMinute(),
    );
  }

  #endMinute(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const event of endMinute(this.#digest)) this.#report.add(event);
  }
}

function countsOf({ networks }: Digest, hostname: string): Counts {
  const network = networkOf(plainAddress(hostname));
  const known = networks.get(network);
  if (known !== undefined) return known;
  const name = networks.size < MAX_NETWORKS ? network : OTHERS;
  const counts = networks.get(name) ?? { told: none(), more: none() };
  networks.set(name, counts);
  return counts;
}

/** Whether one more is told one by one; if so, it is counted. */
function mayTell(digest: Digest, { told }: Counts, kind: Folded): boolean {
  const isSpent = told[kind] >= LINES_PER_NETWORK ||
    digest.told[kind] >= LINES_IN_ALL;
  if (isSpent) return false;
  told[kind]++;
  digest.told[kind]++;
  return true;
}

function remember({ unproven }: Digest, peer: string): void {
  unproven.add(peer);
  if (unproven.size <= MAX_TOLD) return;
  const [oldest] = unproven;
  if (oldest !== undefined) unproven.delete(oldest);
}

function none(): Record<Folded, number> {
  return { refused: 0, denied: 0, silent: 0 };
}

function sumOf(counts: Record<Folded, number>): number {
  return FOLDED.reduce((sum, kind) => sum + counts[kind], 0);
}
