/**
 * Everything the server can have to say. The server makes events, and only
 * `lib/report/` makes words of them.
 *
 * @module
 */

import type { Mode } from "../protocol/request.ts";
import type { Packet } from "../protocol/packet.ts";
import type { Failure } from "../protocol/transfer_state.ts";

/** A client's address. */
export interface Peer {
  /** The IP address as the operating system reports it. */
  readonly hostname: string;
  /** The UDP port, the client's transfer identifier. */
  readonly port: number;
}

/** Something that happened. */
export type Event =
  | {
    readonly kind: "listening";
    readonly hostname: string;
    readonly port: number;
    readonly directory: string;
  }
  /** Parts of dead runs were removed. */
  | { readonly kind: "swept"; readonly parts: number }
  /** A write request was accepted. */
  | {
    readonly kind: "accepted";
    readonly peer: Peer;
    readonly filename: string;
    readonly mode: Mode;
    readonly blksize: number;
    readonly windowsize: number;
    readonly tsize: number | undefined;
  }
  /** An upload is saved. */
  | {
    readonly kind: "stored";
    readonly peer: Peer;
    readonly filename: string;
    readonly storedName: string;
    readonly bytes: number;
    readonly seconds: number;
    /** The announced size, where it is not the real one. */
    readonly announced: number | undefined;
  }
  /** A request was answered with an ERROR. */
  | {
    readonly kind: "refused";
    readonly peer: Peer;
    readonly filename: string | undefined;
    readonly reason: string;
  }
  /** A write request came from an address that is not served; no answer. */
  | { readonly kind: "denied"; readonly peer: Peer; readonly reason: string }
  /** An upload ended without a file. */
  | {
    readonly kind: "failed";
    readonly peer: Peer;
    readonly filename: string;
    readonly bytes: number;
    readonly seconds: number;
    readonly why: Failure;
    /** Details for the operator when storage is to blame. */
    readonly trouble: string | undefined;
  }
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
  | { readonly kind: "idle"; readonly at: string }
  /** The server takes no more requests and waits for the running uploads. */
  | { readonly kind: "stopping"; readonly uploads: number }
  | { readonly kind: "stopped" }
  /** Something is wrong with the server itself. */
  | { readonly kind: "trouble"; readonly message: string };

/** Takes events. */
export interface Report {
  /** Whether `packet` events are wanted; they are costly. */
  readonly packets: boolean;
  /** Takes one event. */
  add(event: Event): void;
}
