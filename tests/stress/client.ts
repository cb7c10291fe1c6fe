/**
 * A client that sends files as it should: it repeats what gets no answer, keeps
 * to the window, and knows when its file is saved. Hooks let it be a nuisance.
 *
 * @module
 */

import type { DataPacket, Packet } from "../../lib/protocol/packet.ts";
import { Peer, type Received, writeRequest } from "../peer.ts";

/** How an upload ended. */
export type Ending =
  /** The last ACK came. */
  | { readonly kind: "acknowledged" }
  | { readonly kind: "refused"; readonly code: number; readonly text: string }
  /** A hook wanted it, or the client was closed. */
  | { readonly kind: "abandoned" }
  | { readonly kind: "unanswered" };

/** A file to send and how. */
export interface Sending {
  /** The name asked for. */
  readonly name: string;
  /** The bytes; not copied. */
  readonly content: Uint8Array;
  /** Options of the request, as they go on the wire. */
  readonly options?: Readonly<Record<string, string>>;
  /**
   * Called with the number of bytes acknowledged, first with 0 for the
   * answered request. The upload waits for it, and goes on unless told.
   */
  readonly onAck?: (acked: number) => Wish | Promise<Wish>;
  /** How long the request is repeated without an answer, milliseconds. */
  readonly patienceMs?: number;
  /** Sends everything so many times, so far apart, instead of patiently. */
  readonly tries?: Tries;
}

/** How often something is sent and how long an answer may take each time. */
export interface Tries {
  readonly count: number;
  readonly waitMs: number;
}

/** To stop without a word, to stop with an ERROR, or neither. */
export type Wish = "abandon" | "cancel" | void;

/** What was granted, and how far the upload is. */
interface Progress {
  readonly blksize: number;
  readonly windowsize: number;
  /** Whole blocks acknowledged. */
  readonly acked: number;
}

/** What is sent until it is answered. */
interface Question {
  send(): Promise<void>;
  isAnswer(packet: Packet): boolean;
  /** Where an answer must come from; from anywhere if it is left out. */
  readonly from?: number;
  readonly patienceMs?: number | undefined;
  readonly tries: Tries | undefined;
}

/** The first wait for an answer; then twice as long, up to the second. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1_000;
/** No answer within this is none. */
const PATIENCE_MS = 30_000;

/** A client with a socket, good for one upload after the other. */
export class Client implements AsyncDisposable {
  readonly #peer: Peer;
  readonly #serverPort: number;
  /** What comes next; one and the same, lest a datagram get lost between two. */
  #coming: Promise<Received | undefined> | undefined;
  #isClosed = false;

  /** Opens a socket on an address of the loopback interface. */
  constructor(serverPort: number, hostname?: string) {
    this.#serverPort = serverPort;
    this.#peer = new Peer(serverPort, hostname);
  }

  /** This client's port. */
  get port(): number {
    return this.#peer.port;
  }

  /** Where the server answers this client's upload from. */
  get transferPort(): number {
    return this.#peer.transferPort;
  }

  /** Sends any bytes to a port of the server, or to the one it listens on. */
  async sendBytes(bytes: Uint8Array, port = this.#serverPort): Promise<void> {
    await this.#unlessClosed(() => this.#peer.sendBytes(bytes, port));
  }

  /** The next packet; `undefined` if none comes in time. */
  async received(withinMs: number): Promise<Received | undefined> {
    // A long silence is no answer, nor is the end of the socket.
    this.#coming ??= this.#peer.next().catch(() => undefined);
    const { promise, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), Math.max(0, withinMs));
    const received = await Promise.race([this.#coming, promise]);
    clearTimeout(timer);
    if (received === "late") return undefined;
    this.#coming = undefined;
    return received;
  }

  /** Ends a running upload as well: it counts as abandoned. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#peer[Symbol.dispose]();
    await this.#coming;
  }

  /** Sends a file. */
  async upload(sending: Sending): Promise<Ending> {
    const { name, options, patienceMs, tries } = sending;
    const request = writeRequest(name, options);
    const answer = await this.#ask({
      send: () => this.#peer.ask(request),
      // A late ACK of this client's upload before this one is no answer.
      isAnswer: (it) => it.kind === "oack" || ahead(it, 0) === 0,
      ...{ patienceMs, tries },
    });
    if ("kind" in answer) return answer;
    this.#peer.transferPort = answer.port;
    let progress: Progress | Ending = { ...granted(answer.packet), acked: 0 };
    while (!("kind" in progress)) {
      progress = await this.#step(sending, progress);
    }
    return progress;
  }

  /** Sends a window and takes in its ACK. */
  async #step(
    { content, onAck, tries }: Sending,
    progress: Progress,
  ): Promise<Progress | Ending> {
    const { blksize, windowsize, acked } = progress;
    const last = Math.floor(content.length / blksize) + 1;
    const wish = await onAck?.(Math.min(acked * blksize, content.length));
    if (wish === "cancel") await this.#cancel();
    if (wish === "cancel" || wish === "abandon") return { kind: "abandoned" };
    const end = Math.min(acked + windowsize, last);
    const answer = await this.#ask({
      send: async () => {
        for (let block = acked + 1; block <= end; block++) {
          await this.#peer.send(blockOf(content, block, blksize));
        }
      },
      isAnswer: (packet) => {
        const blocks = ahead(packet, acked);
        return blocks >= 1 && blocks <= end - acked;
      },
      from: this.transferPort,
      tries,
    });
    if ("kind" in answer) return answer;
    const now = acked + ahead(answer.packet, acked);
    return now === last
      ? { kind: "acknowledged" }
      : { ...progress, acked: now };
  }

  async #cancel(): Promise<void> {
    const packet = { kind: "error", code: 0, message: "cancelled" } as const;
    await this.#unlessClosed(() => this.#peer.send(packet));
  }

  /**
   * Sends until the answer comes, or an ERROR, or patience ends. What does not
   * come from the transfer's port, once that is known, is not for this upload.
   */
  async #ask(
    { send, isAnswer, from, patienceMs = PATIENCE_MS, tries }: Question,
  ): Promise<Received | Ending> {
    const withinMs = tries ? tries.count * tries.waitMs : patienceMs;
    const giveUpAt = performance.now() + withinMs;
    let waitMs = tries?.waitMs ?? FIRST_WAIT_MS;
    while (performance.now() < giveUpAt) {
      await this.#unlessClosed(send);
      const until = performance.now() + waitMs;
      while (!this.#isClosed) {
        const received = await this.received(until - performance.now());
        if (received === undefined) break;
        const { packet, port } = received;
        if (from !== undefined && port !== from) continue;
        if (isAnswer(packet)) return received;
        // The end of this client's upload before this one may come late.
        if (packet.kind === "error" && port === (from ?? this.#serverPort)) {
          const { code, message: text } = packet;
          return { kind: "refused", code, text };
        }
      }
      if (this.#isClosed) return { kind: "abandoned" };
      waitMs = tries?.waitMs ?? Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
    return { kind: "unanswered" };
  }

  /** Into a closed socket a datagram is lost. */
  async #unlessClosed(send: () => Promise<void>): Promise<void> {
    try {
      if (!this.#isClosed) await send();
    } catch (error) {
      if (!this.#isClosed) throw error;
    }
  }
}

function blockOf(
  content: Uint8Array,
  block: number,
  blksize: number,
): DataPacket {
  const payload = content.subarray((block - 1) * blksize, block * blksize);
  return { kind: "data", block: block & 0xffff, payload };
}

/** How far an ACK is ahead of a block, on the circle of 65536; else -1. */
function ahead(packet: Packet, acked: number): number {
  return packet.kind === "ack" ? (packet.block - acked) & 0xffff : -1;
}

function granted(reply: Packet): Pick<Progress, "blksize" | "windowsize"> {
  const options = reply.kind === "oack" ? reply.options : [];
  const number = (name: string, otherwise: number) =>
    Number(options.find((it) => it.name === name)?.value ?? otherwise);
  return {
    blksize: number("blksize", 512),
    windowsize: number("windowsize", 1),
  };
}
