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
import type { Mode } from "../protocol/request.ts";
import type { Packet } from "../protocol/packet.ts";
import { announcedBytes } from "../protocol/terms.ts";

/** An upload begins: its request was accepted, or later its first block came. */
export type Beginning<K extends "accepted" | "proven"> = OfUpload<K> & {
  readonly mode: Mode;
  readonly blksize: number;
  readonly windowsize: number;
  /** The announced size, bytes. */
  readonly tsize: number | undefined;
  /** Whether it gets smaller blocks because larger ones did not come. */
  readonly isCutBack: boolean;
};

/** What the news of an upload tell, of whom and under which name. */
export type OfUpload<K extends News["kind"]> =
  & Omit<Extract<News, { kind: K }>, "seat">
  & { readonly peer: Peer; readonly filename: string };

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
  | OfUpload<"stored"> & {
    /** The announced size, where it is not the real one. */
    readonly announced: number | undefined;
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
  | OfUpload<"failed"> & {
    /** Whether its first block had come; else the client may be forged. */
    readonly isProven: boolean;
    /** What probably happened, and what to try. */
    readonly diagnosis: Diagnosis;
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
  | Extract<News, { kind: "packet" }> & { readonly packet: Packet }
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
  const { filename, mode, terms: { blksize, windowsize, accepted: options } } =
    accepted;
  const tsize = announcedBytes(accepted);
  const { seat: _, ...told } = news;
  switch (told.kind) {
    case "accepted":
    case "proven":
      return {
        ...{ ...told, peer, filename },
        ...{ mode, blksize, windowsize, tsize, isCutBack },
      };
    case "progress":
      return { ...told, peer };
    case "stored": {
      const announced = tsize === told.bytes ? undefined : tsize;
      return { ...told, peer, filename, announced };
    }
    case "failed": {
      const isProven = phase !== "opening";
      const diagnosis = diagnose({
        ...{ ...told, blksize, announcedBytes: tsize },
        options: options.map(({ name }) => name.toLowerCase()),
        ...{ isSinglePort, isStorage: told.trouble !== undefined },
      });
      return { ...told, peer, isProven, filename, diagnosis };
    }
    default:
      return undefined;
  }
}
