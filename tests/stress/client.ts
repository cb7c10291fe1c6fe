/**
 * A client that sends files as it should: it repeats what gets no answer, keeps
 * to the window, and knows when its file is saved. Hooks let it be a nuisance.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { writeRequest } from "../server/peer.ts";
import { Mailbox } from "./mailbox.ts";

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
}

/** To stop without a word, to stop with an ERROR, or neither. */
export type Wish = "abandon" | "cancel" | void;

/** What the client knows during an upload. */
interface Progress {
  readonly port: number;
  readonly blksize: number;
  readonly windowsize: number;
  /** Whole blocks acknowledged. */
  readonly acked: number;
}

const HOST = "127.0.0.1";
/** The first wait for an answer; then twice as long, up to the second. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1_000;
/** No answer within this is none. */
const PATIENCE_MS = 30_000;

/** A client with a socket, good for one upload after the other. */
export class Client implements AsyncDisposable {
  readonly #mailbox: Mailbox;
  readonly #serverPort: number;
  /** The longest time between a block and its ACK, milliseconds. */
  slowestMs = 0;
  /** Where the running upload is answered from. */
  transferPort = 0;

  /** Opens a socket. */
  constructor(serverPort: number, hostname = HOST) {
    this.#serverPort = serverPort;
    this.#mailbox = new Mailbox(hostname);
  }

  /** This client's port. */
  get port(): number {
    return this.#mailbox.port;
  }

  /** Sends any bytes to a port of the server. */
  async sendBytes(bytes: Uint8Array, port: number): Promise<void> {
    await this.#mailbox.send(bytes, port);
  }

  /** Ends a running upload as well: it counts as abandoned. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#mailbox.close();
  }

  /** Sends a file. */
  async upload(sending: Sending): Promise<Ending> {
    const { name, options = {}, patienceMs } = sending;
    const request = encodePacket(writeRequest(name, options));
    const answer = await this.#exchange(
      () => this.sendBytes(request, this.#serverPort),
      // A late ACK of this client's upload before this one is no answer.
      (packet) => packet.kind === "oack" || ahead(packet, 0) === 0,
      undefined,
      patienceMs,
    );
    if ("ending" in answer) return answer.ending;
    const { packet, port } = answer;
    this.transferPort = port;
    let progress: Progress = { port, ...granted(packet), acked: 0 };
    while (true) {
      const next = await this.#step(sending, progress);
      if ("kind" in next) return next;
      progress = next;
    }
  }

  /** Sends a window and takes in its ACK. */
  async #step(
    { content, onAck }: Sending,
    progress: Progress,
  ): Promise<Progress | Ending> {
    const { blksize, windowsize, acked, port } = progress;
    const last = Math.floor(content.length / blksize) + 1;
    const bytesAcked = Math.min(acked * blksize, content.length);
    const wish = acked === last ? undefined : await onAck?.(bytesAcked);
    if (wish === "cancel") await this.#cancel(port);
    if (wish === "cancel" || wish === "abandon") return { kind: "abandoned" };
    const end = Math.min(acked + windowsize, last);
    const since = performance.now();
    const sendWindow = async () => {
      for (let block = acked + 1; block <= end; block++) {
        await this.#sendBlock(content, block, progress);
      }
    };
    const answer = await this.#exchange(sendWindow, (packet) => {
      const blocks = ahead(packet, acked);
      return blocks >= 1 && blocks <= end - acked;
    }, port);
    this.slowestMs = Math.max(this.slowestMs, performance.now() - since);
    if ("ending" in answer) return answer.ending;
    const now = acked + ahead(answer.packet, acked);
    return now === last
      ? { kind: "acknowledged" }
      : { ...progress, acked: now };
  }

  async #sendBlock(
    content: Uint8Array,
    block: number,
    { blksize, port }: Progress,
  ): Promise<void> {
    const payload = content.subarray((block - 1) * blksize, block * blksize);
    const packet = { kind: "data", block: block & 0xffff, payload } as const;
    await this.sendBytes(encodePacket(packet), port);
  }

  async #cancel(port: number): Promise<void> {
    const packet = { kind: "error", code: 0, message: "cancelled" } as const;
    await this.sendBytes(encodePacket(packet), port);
  }

  /**
   * Sends until the answer comes, or an ERROR, or patience ends. What does not
   * come from the transfer's port, once that is known, is not for this upload.
   */
  async #exchange(
    send: () => Promise<void>,
    isAnswer: (packet: Packet) => boolean,
    from: number | undefined,
    patienceMs = PATIENCE_MS,
  ): Promise<{ packet: Packet; port: number } | { ending: Ending }> {
    const giveUpAt = performance.now() + patienceMs;
    let waitMs = FIRST_WAIT_MS;
    while (performance.now() < giveUpAt) {
      await send();
      const until = performance.now() + waitMs;
      while (true) {
        const mail = await this.#mailbox.next(until - performance.now());
        if (mail === "closed") return { ending: { kind: "abandoned" } };
        if (mail === undefined) break;
        const { bytes, port } = mail;
        const packet = decodePacket(bytes);
        if (from !== undefined && port !== from) continue;
        if (isAnswer(packet)) return { packet, port };
        // The end of this client's upload before this one may come late.
        if (packet.kind === "error" && port === (from ?? this.#serverPort)) {
          const { code, message: text } = packet;
          return { ending: { kind: "refused", code, text } };
        }
      }
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
    return { ending: { kind: "unanswered" } };
  }
}

/** How far an ACK is ahead of a block, on the circle of 65536; else -1. */
function ahead(packet: Packet, acked: number): number {
  return packet.kind === "ack" ? (packet.block - acked) & 0xffff : -1;
}

function granted(reply: Packet): { blksize: number; windowsize: number } {
  const options = reply.kind === "oack" ? reply.options : [];
  const number = (name: string, otherwise: number) =>
    Number(options.find((it) => it.name === name)?.value ?? otherwise);
  return {
    blksize: number("blksize", 512),
    windowsize: number("windowsize", 1),
  };
}
