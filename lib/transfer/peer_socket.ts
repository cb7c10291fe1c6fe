/**
 * The socket of one upload: lets only its peer through, and tells everybody else
 * that this is not for them (RFC 1350 section 4).
 *
 * @module
 */

import type { News } from "../channel.ts";
import type { Clock } from "../clock.ts";
import type { Peer } from "../policy/address.ts";
import {
  decodePacket,
  encodeAckInto,
  encodePacket,
} from "../protocol/codec.ts";
import {
  DATA_HEADER_BYTES,
  ErrorCode,
  type ErrorPacket,
  type Packet,
} from "../protocol/packet.ts";
import type { Reply } from "../protocol/transfer_state.ts";
import type { Socket } from "../socket.ts";
import type { Outbox } from "./outbox.ts";

/** What all sockets of a thread work with. */
export interface SocketContext {
  /** The time. */
  readonly clock: Clock;
  /** Whether packets are told of. */
  readonly showsPackets: boolean;
  /** Where all of them send. */
  readonly outbox: Outbox;
  /** Tells the front. */
  tell(news: News): void;
  /** Counts a buffer that is made, or one that is gone as less than nothing. */
  countBuffer(bytes: number): void;
  /** Whether a stranger at this address may be sent an ERROR. */
  mayAnswer(hostname: string): boolean;
}

/** A socket that has one peer. */
export class PeerSocket {
  readonly #socket: Socket;
  readonly #peer: Deno.NetAddr;
  readonly #context: SocketContext;
  readonly #onPacket: (packet: Packet) => void;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  /**
   * Every ACK is written here. Should one still wait to be sent, the next one
   * says the same and more.
   */
  readonly #ack = new Uint8Array(4);
  #isClosed = false;
  #isReading = false;
  /** Whether something was sent since the socket was last read. */
  #hasSent = false;

  /**
   * Takes over a socket; nothing is read yet.
   *
   * @param socket The socket; this one closes it.
   * @param peer The only one that is let through.
   * @param blksize The largest payload that is let through whole.
   * @param context What all sockets of the thread work with.
   * @param onPacket Called with a packet of the peer, once for every call of
   * {@linkcode read}. Its payload is overwritten by the next one.
   */
  constructor(
    socket: Socket,
    peer: Peer,
    blksize: number,
    context: SocketContext,
    onPacket: (packet: Packet) => void,
  ) {
    this.#socket = socket;
    this.#peer = { transport: "udp", ...peer };
    this.#context = context;
    this.#onPacket = onPacket;
    // One byte more than a full block, so that an oversize one shows.
    this.#buffer = new Uint8Array(DATA_HEADER_BYTES + blksize + 1);
    context.countBuffer(this.#buffer.length);
  }

  /**
   * Asks for the next packet, unless it is asked for already.
   *
   * A peer that was just answered needs a moment: it is read when all others are
   * answered too. By then there is mostly something, and that is cheaper than to
   * wait for it and be woken; but within a window the next block is probably
   * there.
   */
  read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    if (this.#hasSent) this.#context.clock.soon(this.#readNow);
    else this.#readNow();
    this.#hasSent = false;
  }

  /** Sends to the peer. */
  send(packet: Reply | ErrorPacket): void {
    this.#sendTo(packet, this.#peer);
  }

  /** Closes the socket; what was to be sent is. */
  close(): void {
    this.#isClosed = true;
    this.#context.outbox.flush();
    this.#socket.close();
    if (!this.#isReading) this.#free();
  }

  /** At once, and not when the garbage is collected: a flood makes thousands. */
  #free(): void {
    this.#context.countBuffer(-this.#buffer.length);
    this.#buffer.buffer.transfer(0);
  }

  // These are made once: one packet in a hundred thousand a second is not the
  // place to make functions.
  readonly #readNow = (): void => {
    if (this.#isClosed) return this.#free();
    this.#socket.receive(this.#buffer).then(this.#onDatagram, this.#onError);
  };

  readonly #onDatagram = ([bytes, from]: [Uint8Array, Deno.Addr]): void => {
    this.#isReading = false;
    if (this.#isClosed) return this.#free();
    if (from.transport !== "udp") return this.read();
    const packet = decodePacket(bytes);
    if (this.#context.showsPackets) this.#show("in", bytes, from);
    const { hostname, port } = this.#peer;
    if (from.port !== port || from.hostname !== hostname) {
      this.#answerStranger(from, packet);
    } else if (packet.kind !== "wrq") {
      // Requests belong to the listening port; here they would only serve to
      // have a long answer repeated at will.
      return this.#onPacket(packet);
    }
    this.read();
  };

  readonly #onError = (error: unknown): void => {
    this.#isReading = false;
    if (this.#isClosed) return this.#free();
    // On Windows, a peer whose port is gone; that proves nothing. Anything else
    // means that the socket is closed.
    if (error instanceof Deno.errors.ConnectionReset) this.read();
  };

  #answerStranger(from: Deno.NetAddr, packet: Packet): void {
    const { showsPackets, mayAnswer, tell } = this.#context;
    const reason = "no part of the upload";
    if (showsPackets) tell({ kind: "ignored", peer: from, reason });
    // An ERROR is never answered.
    if (packet.kind === "error" || !mayAnswer(from.hostname)) return;
    const code = ErrorCode.UNKNOWN_TRANSFER_ID;
    const message = "unknown transfer identifier";
    this.#sendTo({ kind: "error", code, message }, from);
  }

  #sendTo(packet: Reply | ErrorPacket, to: Deno.NetAddr): void {
    const bytes = packet.kind === "ack"
      ? encodeAckInto(packet.block, this.#ack)
      : encodePacket(packet);
    if (this.#context.showsPackets) this.#show("out", bytes, to);
    this.#hasSent = true;
    const { outbox } = this.#context;
    if (packet.kind === "ack") return outbox.post(this.#socket, bytes, to);
    // An ERROR has until its file is removed to leave; then the socket closes.
    outbox.postNow(this.#socket, bytes, to);
  }

  #show(direction: "in" | "out", bytes: Uint8Array, peer: Deno.NetAddr): void {
    // A copy: bytes are a view of a buffer that is used again.
    const copy = bytes.slice();
    this.#context.tell({ kind: "packet", direction, peer, bytes: copy });
  }
}
