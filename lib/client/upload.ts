/**
 * One file on its way: the machine of `sending.ts` with a socket, a timer and a
 * file.
 *
 * @module
 */

import type { Peer } from "../policy/address.ts";
import { decodePacket, encodePacket } from "../protocol/codec.ts";
import { DATA_HEADER_BYTES, MAX_REQUEST_BYTES } from "../protocol/packet.ts";
import type { ErrorPacket, RequestPacket } from "../protocol/packet.ts";
import {
  ask,
  cancelSending,
  expireSending,
  receiveAnswer,
  supplyBlocks,
} from "../protocol/sending.ts";
import type {
  Sending,
  SendingAction,
  SendingFailure,
  SendingStep,
  SendingTerms,
} from "../protocol/sending_state.ts";
import { Blocks } from "./blocks.ts";
import type { Source } from "./source.ts";

/** How it ended. */
export interface Ending {
  /** Why the file is not saved; `undefined` if it is. */
  readonly why: SendingFailure | undefined;
  /** Bytes on the wire that were acknowledged. */
  readonly bytes: number;
  /** Since the request. */
  readonly ms: number;
  /** An address of somebody else that answered the request, if anybody did. */
  readonly otherHost: string | undefined;
}

/**
 * So many datagrams are handed to the system before it is waited for: those that
 * do not fit the socket's buffer would not keep their order.
 */
const BURST = 32;

/** One file on its way. */
export class Upload {
  readonly #socket: Deno.DatagramConn;
  /** As it was found; perhaps with an IPv6 zone. */
  readonly #server: Peer;
  readonly #source: Source;
  readonly #ended = Promise.withResolvers<void>();
  readonly #answer = new Uint8Array(MAX_REQUEST_BYTES);
  readonly #begunAt = performance.now();
  #sending: Sending;
  #to: Deno.NetAddr;
  /** Once it is known how to cut the file. */
  #blocks: Blocks | undefined;
  #packets: readonly Uint8Array[] = [];
  /** Blocks that wait to be sent: the next and the last of them. */
  #next = 1;
  #last = 0;
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #otherHost: string | undefined;
  /** What went wrong on this side. */
  #error: unknown;

  /** Asks to send a file; {@linkcode run} does the rest. */
  constructor(terms: SendingTerms, server: Peer, source: Source) {
    const hostname = server.hostname.includes(":") ? "::" : "0.0.0.0";
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.#server = server;
    this.#source = source;
    this.#to = { transport: "udp", ...server };
    const { sending, actions } = ask(terms, this.#begunAt);
    this.#sending = sending;
    this.#perform(actions);
  }

  /** Bytes on the wire that were acknowledged. */
  get bytes(): number {
    return this.#blocks?.bytesUpTo(this.#sending.acked) ?? 0;
  }

  /** Since the request. */
  get ms(): number {
    return performance.now() - this.#begunAt;
  }

  /** Whether the server has answered. */
  get isAnswered(): boolean {
    return this.#sending.port !== undefined;
  }

  /**
   * Sends the file, unless a signal breaks it off.
   *
   * @throws What went wrong with the file or the socket.
   */
  async run(signal?: AbortSignal): Promise<Ending> {
    const cancel = () => this.#cancel("cancelled");
    signal?.addEventListener("abort", cancel);
    // The file may have been slow to open.
    if (signal?.aborted) cancel();
    this.#receive();
    this.#arm();
    await this.#ended.promise;
    signal?.removeEventListener("abort", cancel);
    clearTimeout(this.#timer);
    this.#blocks?.close();
    this.#socket.close();
    if (this.#error !== undefined) throw this.#error;
    return {
      why: this.#sending.why,
      bytes: this.bytes,
      ms: this.ms,
      otherHost: this.#otherHost,
    };
  }

  #cancel(message: string): void {
    this.#apply(cancelSending(this.#sending, message));
  }

  // One each for all datagrams: there are tens of thousands a second.
  readonly #receive = (): void => {
    this.#socket.receive(this.#answer).then(this.#onDatagram, this.#onLost);
  };

  readonly #onDatagram = ([bytes, from]: [Uint8Array, Deno.Addr]): void => {
    if (from.transport === "udp") this.#onPacket(bytes, from);
    if (this.#isOver()) return;
    this.#receive();
  };

  readonly #onLost = (error: unknown): void => {
    // On Windows, a port that is gone; that proves nothing.
    if (error instanceof Deno.errors.ConnectionReset) this.#receive();
    else if (!this.#isOver()) this.#fail(error);
  };

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    this.#apply(expireSending(this.#sending, performance.now()));
  };

  readonly #onSent = (): void => {
    if (--this.#underWay === 0) this.#sendBlocks();
  };

  #onPacket(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (!isSameHost(from.hostname, this.#server.hostname)) {
      if (!this.isAnswered) this.#otherHost ??= from.hostname;
      return;
    }
    const now = performance.now();
    const packet = decodePacket(bytes);
    this.#apply(receiveAnswer(this.#sending, packet, from.port, now));
  }

  #apply({ sending, actions }: SendingStep): void {
    const before = this.#sending;
    this.#sending = sending;
    if (sending.phase === "sending") {
      if (sending.acked > before.acked) this.#blocks?.release(sending.acked);
      if (before.phase === "asking") this.#begin();
    }
    this.#perform(actions);
    if (this.#isOver()) this.#ended.resolve();
    else if (sending.deadline < this.#timerAt) this.#arm();
  }

  #begin(): void {
    const { port, blksize, windowsize } = this.#sending;
    if (port !== undefined) this.#to = { ...this.#to, port };
    const blocks = new Blocks(this.#source, blksize, windowsize);
    this.#blocks = blocks;
    this.#packets = Array.from(
      { length: Math.min(BURST, windowsize) },
      () => new Uint8Array(DATA_HEADER_BYTES + blksize),
    );
    blocks.read(() => {
      const { ready, last } = blocks;
      const now = performance.now();
      this.#apply(supplyBlocks(this.#sending, ready, last, now));
    }).catch((error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#cancel("the sender has a problem");
  }

  #perform(actions: readonly SendingAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case "ask":
          this.#sendPacket(action.packet, this.#server.port);
          break;
        case "tell":
          this.#sendPacket(action.packet, action.port);
          break;
        case "blocks":
          if (action.first !== this.#last + 1) this.#next = action.first;
          this.#last = action.last;
          if (this.#underWay === 0) this.#sendBlocks();
          break;
      }
    }
  }

  #sendBlocks(): void {
    const blocks = this.#blocks;
    if (blocks === undefined || this.#isOver()) return;
    // What was acknowledged while it waited is gone.
    this.#next = Math.max(this.#next, this.#sending.acked + 1);
    for (const packet of this.#packets) {
      if (this.#next > this.#last) return;
      this.#underWay++;
      const bytes = blocks.encode(this.#next++, packet);
      // What cannot be sent is lost.
      this.#socket.send(bytes, this.#to).then(this.#onSent, this.#onSent);
    }
  }

  #sendPacket(packet: RequestPacket | ErrorPacket, port: number): void {
    this.#socket.send(encodePacket(packet), { ...this.#to, port })
      .catch((error) => {
        // Without a request there is nothing to wait for.
        if (packet.kind === "wrq" && !this.#isOver()) this.#fail(error);
      });
  }

  /** One timer will do: it looks again when it is too early. */
  #arm(): void {
    const { deadline } = this.#sending;
    if (this.#isOver() || deadline >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = deadline;
    const ms = Math.max(0, deadline - performance.now());
    this.#timer = setTimeout(this.#onTimer, ms);
  }

  #isOver(): boolean {
    const { phase } = this.#sending;
    return phase === "saved" || phase === "failed";
  }
}

/** The operating system's names for it may differ in the zone. */
function isSameHost(from: string, hostname: string): boolean {
  return from === hostname || from === hostname.split("%", 1)[0];
}
