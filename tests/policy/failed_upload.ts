/**
 * Uploads that failed, and what is to be said of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  diagnose,
  type Diagnosis,
  type Failed,
} from "../../lib/policy/diagnosis.ts";
import type { Counts } from "../../lib/protocol/counts.ts";
import type { Failure } from "../../lib/protocol/transfer_state.ts";

/** Uploads that failed, by what is special about them. */
export type Rows = Readonly<
  Record<
    string,
    readonly [Failed, Diagnosis["cause"], advice: Diagnosis["advice"]]
  >
>;

/** What leads out where packets of one way get lost. */
export const LET_THROUGH =
  "let UDP from and to all ports of this server through firewalls and " +
  "NAT, or start it with --single-port";
/** What is said where large blocks never come, and what leads out. */
export const FRAGMENTED = [
  "blocks of 8192 bytes travel in fragments, and those got lost, or it has gone",
  "blksize 1428 at the client, or --max-blksize mtu here",
] as const;
/** The same where no block of any size comes. */
export const UNREACHED = [
  "its blocks do not reach the port that we answered from, or it has gone",
  LET_THROUGH,
] as const;
/** The same where a client goes away. */
export const GONE = [
  "it was switched off or interrupted, or its link went down",
  "look at the client, then send it again",
] as const;
/** The same where a client does not wait for what it asked for. */
export const HASTY = [
  "it took our repeated answer for leave to go on, as curl does",
  "send it again",
] as const;
/** What leads out where the disk is too slow. */
export const SLOW_DISK = "look at the disk and the system's log";

/** An upload of plain blocks that failed, but for what is given. */
export function failed(
  why: Failure,
  counts: Partial<Counts> = {},
  rest: Partial<Failed> = {},
): Failed {
  return {
    why,
    counts: {
      ...{ blocks: 0, requests: 0, repeatsIn: 0, repeatsOut: 0, stuck: 0 },
      ...{ diskMs: 0, roundTripMs: undefined, ...counts },
    },
    ...{ bytes: 0, announcedBytes: undefined, blksize: 512, options: [] },
    ...{ seconds: 0.01, code: undefined, isStorage: false },
    ...{ isSinglePort: false, ...rest },
  };
}

/** Checks what is said. */
export function testRows(rows: Rows): void {
  for (const [what, [failed, cause, advice]] of Object.entries(rows)) {
    assertEquals(diagnose(failed), { cause, advice }, what);
  }
}
