/**
 * Everything the server can have to say. Events are made where things happen, and
 * only `lib/report/` makes words of them.
 *
 * @module
 */

import type { News } from "../channel.ts";
import { diagnose, type Diagnosis } from "../policy/diagnosis.ts";
import type { Peer } from "../policy/address.ts";
import type { ExpectedReport } from "../policy/expected.ts";
import type { Seat } from "../policy/seats.ts";
import type { Counts } from "../protocol/counts.ts";
import type { Mode } from "../protocol/request.ts";
import type { Packet } from "../protocol/packet.ts";
import { announcedBytes } from "../protocol/terms.ts";
import type { Failure } from "../protocol/transfer_state.ts";

/** An upload begins. */
export interface Beginning<K extends "accepted" | "proven"> {
  /** Its request was accepted, or later its first block came. */
  readonly kind: K;
  /** The client. */
  readonly peer: Peer;
  /** The name it asked for. */
  readonly filename: string;
  /** The mode of the transfer. */
  readonly mode: Mode;
  /** Bytes of a block. */
  readonly blksize: number;
  /** Blocks that are sent at once. */
  readonly windowsize: number;
  /** The announced size, bytes. */
  readonly tsize: number | undefined;
  /** Whether it gets smaller blocks because larger ones did not come. */
  readonly isCutBack: boolean;
}

/** What anybody can set off without end, and with forged addresses. */
export type Folded = "refused" | "denied" | "silent";

/** Something that happened. */
export type Event =
  | {
    readonly kind: "listening";
    /** The local addresses as the operator named them; or all, as one. */
    readonly hostnames: readonly string[];
    readonly port: number;
    readonly directory: string;
    /** The addresses it can be reached at, where it listens on all. */
    readonly addresses: readonly string[];
  }
  /** Parts of dead runs were removed. */
  | { readonly kind: "swept"; readonly parts: number }
  /** Parts were left alone whose run may live, for it has no lock. */
  | { readonly kind: "left"; readonly parts: number }
  /** The upload directory is gone, or it is back. */
  | {
    readonly kind: "directory";
    readonly path: string;
    readonly isThere: boolean;
  }
  | Beginning<"accepted">
  /** Told of every upload, so that those who may be forged need not be told. */
  | Beginning<"proven">
  /** Bytes came in; only told of uploads whose first block has come. */
  | { readonly kind: "progress"; readonly peer: Peer; readonly bytes: number }
  /** An upload is saved. */
  | {
    readonly kind: "stored";
    readonly peer: Peer;
    readonly filename: string;
    readonly storedName: string;
    /** The size of the file that it replaced, if there was one. */
    readonly replacedBytes: number | undefined;
    readonly bytes: number;
    readonly seconds: number;
    /** The announced size, where it is not the real one. */
    readonly announced: number | undefined;
    readonly counts: Counts;
  }
  /** A request was refused. */
  | {
    readonly kind: "refused";
    readonly peer: Peer;
    readonly filename: string | undefined;
    readonly reason: string;
    /** Whether the client was told; not if it was told too often already. */
    readonly isAnswered: boolean;
  }
  /** A write request came from an address that is not served; no answer. */
  | { readonly kind: "denied"; readonly peer: Peer; readonly reason: string }
  /** An upload ended without a file. */
  | {
    readonly kind: "failed";
    readonly peer: Peer;
    /** Whether its first block had come; else the client may be forged. */
    readonly isProven: boolean;
    readonly filename: string;
    readonly bytes: number;
    readonly seconds: number;
    readonly why: Failure;
    /** Details for the operator when storage is to blame. */
    readonly trouble: string | undefined;
    /** What probably happened, and what to try. */
    readonly diagnosis: Diagnosis;
    readonly counts: Counts;
    /** The code of the ERROR that the client was sent, if it was sent one. */
    readonly code: number | undefined;
  }
  /** So many more that were not told of one by one; see `digest.ts`. */
  | {
    readonly kind: "more";
    /** The network they came from; `undefined` for all that are not named. */
    readonly network: string | undefined;
    readonly counts: Readonly<Record<Folded, number>>;
  }
  /** In a flood so many requests were dropped; see `lib/policy/strangers.ts`. */
  | { readonly kind: "unread"; readonly requests: number }
  /** A datagram got no answer. */
  | { readonly kind: "ignored"; readonly peer: Peer; readonly reason: string }
  /** A packet came or went; only made where someone wants to see packets. */
  | {
    readonly kind: "packet";
    readonly direction: "in" | "out";
    readonly peer: Peer;
    readonly packet: Packet;
    readonly bytes: Uint8Array;
  }
  /** Nothing happened for a while. */
  | { readonly kind: "idle"; readonly epochMs: number }
  /** The server takes no more requests and waits for the running uploads. */
  | { readonly kind: "stopping"; readonly uploads: number }
  /** Who and what came of those that were waited for, at the end. */
  | { readonly kind: "expected" } & ExpectedReport
  | { readonly kind: "stopped" }
  /** Something the operator may want to know. */
  | { readonly kind: "notice"; readonly message: string }
  /** Something is wrong with the server itself. */
  | { readonly kind: "trouble"; readonly message: string };

/** Takes events. */
export interface Report {
  /** Whether `packet` events are wanted; they are costly. */
  readonly packets: boolean;
  /** Takes one event. */
  add(event: Event): void;
}

/**
 * Says what is told of an upload.
 *
 * @param seat The upload, as it was before.
 * @returns `undefined` if nobody needs to know.
 */
export function eventOf(
  news: Extract<News, { seat: number }>,
  { peer, accepted, phase, isCutBack }: Seat,
  isSinglePort = false,
): Event | undefined {
  const { filename, mode, terms: { blksize, windowsize } } = accepted;
  const tsize = announcedBytes(accepted);
  switch (news.kind) {
    case "accepted":
    case "proven":
      return {
        kind: news.kind,
        ...{ peer, filename, mode, blksize, windowsize, tsize, isCutBack },
      };
    case "stored": {
      const { storedName, replacedBytes, bytes, seconds, counts } = news;
      const announced = tsize === bytes ? undefined : tsize;
      return {
        kind: "stored",
        ...{ peer, filename, storedName, replacedBytes, bytes, seconds },
        ...{ announced, counts },
      };
    }
    case "failed": {
      const { bytes, seconds, why, trouble, counts, code } = news;
      const isProven = phase !== "opening";
      const diagnosis = diagnose({
        ...{ why, counts, bytes, seconds, blksize, code },
        announcedBytes: tsize,
        options: accepted.terms.accepted.map(({ name }) => name.toLowerCase()),
        ...{ isSinglePort, isStorage: trouble !== undefined },
      });
      return {
        kind: "failed",
        ...{ peer, isProven, filename, bytes, seconds, why, trouble },
        ...{ diagnosis, counts, code },
      };
    }
    case "progress":
      return { kind: "progress", peer, bytes: news.bytes };
    default:
      return undefined;
  }
}
