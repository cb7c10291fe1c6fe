/**
 * What the front and the transfer threads say to each other, and how it gets
 * there: orders one way, news the other, in batches, for a message by itself
 * costs as much as the work it is about.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { Peer } from "./policy/address.ts";
import type { Counts } from "./protocol/counts.ts";
import type { Accepted } from "./protocol/request.ts";
import type { Failure } from "./protocol/transfer_state.ts";

/** A seat that is taken; what `lib/policy/seats.ts` knows of it and more. */
export interface OpenOrder {
  /** Discriminates {@linkcode Order}. */
  readonly kind: "open";
  /** The seat's number. */
  readonly seat: number;
  /** The client. */
  readonly peer: Peer;
  /** The local address it asked, and is answered from. */
  readonly to: string;
  /** What was made of its request. */
  readonly accepted: Accepted;
  /** When it asked, milliseconds since 1970. */
  readonly at: number;
  /** The seat of the upload that has to go, or there is no room. */
  readonly evicts: number | undefined;
  /** Whether that one stays if its client is answered by now. */
  readonly sparesAnswered: boolean;
}

/** From the front to a transfer thread. */
export type Order =
  | OpenOrder
  /** The client repeats its request. */
  | { readonly kind: "repeat"; readonly seat: number }
  /** The seat is worth least and has to go, if it still is. */
  | {
    readonly kind: "evict";
    readonly seat: number;
    /** Whether it stays if its client is answered by now. */
    readonly sparesAnswered: boolean;
  }
  /** The upload directory is gone: all uploads fail. */
  | { readonly kind: "fail" }
  /** Let running uploads end. */
  | { readonly kind: "drain" }
  /** The file of receipts was moved away: go on in a new one. */
  | { readonly kind: "reopen" }
  /** End all uploads now. */
  | { readonly kind: "stop" };

/** From a transfer thread to the front. */
export type News =
  /** The request is answered. */
  | { readonly kind: "accepted"; readonly seat: number }
  /** There is no upload. */
  | {
    readonly kind: "refused";
    readonly seat: number;
    /**
     * Why, for the client and for the operator; `undefined` if it is not worth a
     * word to either. `no room`: the upload that was to give way for it could
     * not be spared any more.
     */
    readonly told:
      | "no room"
      | {
        readonly code: number;
        readonly message: string;
        readonly reason: string;
      }
      | undefined;
  }
  /** The first block came. */
  | { readonly kind: "proven"; readonly seat: number }
  | {
    readonly kind: "progress";
    readonly seat: number;
    /** Bytes received so far. */
    readonly bytes: number;
  }
  /** The file is saved. */
  | {
    readonly kind: "stored";
    readonly seat: number;
    readonly storedName: string;
    /** The size of the file that it replaced, if there was one. */
    readonly replacedBytes: number | undefined;
    readonly bytes: number;
    readonly seconds: number;
    readonly counts: Counts;
  }
  /** The upload ended without a file. */
  | {
    readonly kind: "failed";
    readonly seat: number;
    readonly bytes: number;
    readonly seconds: number;
    readonly why: Failure;
    readonly counts: Counts;
    /** The code of the ERROR that the client is sent, if it is sent one. */
    readonly code: number | undefined;
    /** Details for the operator when storage is to blame. */
    readonly trouble: string | undefined;
  }
  /** The socket is closed. */
  | { readonly kind: "closed"; readonly seat: number }
  /** No more files or sockets can be opened; `seat` waits for a socket. */
  | { readonly kind: "exhausted"; readonly seat: number | undefined }
  /** Something is wrong with the server itself. */
  | { readonly kind: "trouble"; readonly message: string }
  /** A packet came or went; only told where someone wants to see packets. */
  | {
    readonly kind: "packet";
    readonly direction: "in" | "out";
    readonly peer: Peer;
    readonly bytes: Uint8Array;
  }
  /** A datagram got no answer; only told with the packets. */
  | { readonly kind: "ignored"; readonly peer: Peer; readonly reason: string };

/** What carries batches: a `MessagePort`, or the simulation's own. */
export interface Carrier {
  /** Sends a batch; it arrives behind those sent before. */
  postMessage(batch: unknown): void;
  /** Called with each batch that arrives. */
  onmessage: ((event: MessageEvent) => void) | null;
}

/** One end of the way between two threads. */
export class Channel<Out, In> {
  readonly #carrier: Carrier;
  readonly #clock: Clock;
  #batch: Out[] = [];

  /** Takes the end of a carrier. */
  constructor(carrier: Carrier, clock: Clock) {
    this.#carrier = carrier;
    this.#clock = clock;
  }

  /** Begins to take in what arrives. */
  listen(onMessages: (messages: readonly In[]) => void): void {
    this.#carrier.onmessage = ({ data }: MessageEvent<In[]>) =>
      onMessages(data);
  }

  /** Sends a message, with all others of this turn. */
  send(message: Out): void {
    this.#batch.push(message);
    if (this.#batch.length === 1) this.#clock.soon(() => this.flush());
  }

  /** Sends what there is at once: somebody may act upon it very soon. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#carrier.postMessage(batch);
  }
}
