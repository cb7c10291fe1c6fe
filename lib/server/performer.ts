/**
 * Does what a transfer decides: sends, writes, saves, removes, and tells the
 * operator.
 *
 * @module
 */

import { encodeAckInto, encodePacket } from "../protocol/codec.ts";
import {
  ErrorCode,
  type ErrorPacket,
  type Packet,
} from "../protocol/packet.ts";
import type { Action, Reply, Transfer } from "../protocol/transfer_state.ts";
import { showPacket } from "../report/packet.ts";
import type { SessionOptions } from "./session_options.ts";

/** The acting side of a session. */
export class Performer {
  /** What went wrong in storage, for the operator. */
  trouble: string | undefined;
  readonly #options: SessionOptions;
  /** Made once; the peer never changes. */
  readonly #to: Deno.NetAddr;
  /**
   * Every ACK is written here. Should one still wait to be sent, the next one
   * says the same and more.
   */
  readonly #ack = new Uint8Array(4);

  /** Prepares to act for a session. */
  constructor(options: SessionOptions) {
    this.#options = options;
    const { hostname, port } = options.peer;
    this.#to = { transport: "udp", hostname, port };
  }

  /**
   * Performs an action.
   *
   * @param action What to do.
   * @param transfer The transfer that decided it.
   * @returns A promise if the action takes time; sending does not.
   */
  perform(action: Action, transfer: Transfer): Promise<void> | undefined {
    switch (action.kind) {
      case "send":
        this.#send(action.packet, this.#to);
        return undefined;
      case "write":
        return this.#options.upload.write(action.payload);
      case "commit":
        return this.#commit(transfer);
      case "discard": {
        const { accepted, peer, report, upload } = this.#options;
        report.add({
          kind: "failed",
          peer,
          filename: accepted.filename,
          bytes: transfer.bytes,
          seconds: secondsOf(transfer),
          why: action.why,
          trouble: this.trouble,
        });
        return upload.discard();
      }
    }
  }

  /** Tells whoever is no part of the upload so; RFC 1350 section 4. */
  answerStranger(from: Deno.NetAddr, packet: Packet, bytes: Uint8Array): void {
    const { mayAnswer, report } = this.#options;
    showPacket(report, { direction: "in", peer: from, packet, bytes });
    if (report.packets) {
      const reason = "no part of the upload";
      report.add({ kind: "ignored", peer: from, reason });
    }
    // An ERROR is never answered.
    if (packet.kind === "error" || !mayAnswer(from.hostname)) return;
    this.#send({
      kind: "error",
      code: ErrorCode.UNKNOWN_TRANSFER_ID,
      message: "unknown transfer identifier",
    }, from);
  }

  /** Does not wait: a packet that cannot be sent is merely a lost one. */
  #send(
    packet: Reply | ErrorPacket,
    to: Deno.NetAddr,
  ): void {
    const { report, socket } = this.#options;
    const bytes = packet.kind === "ack"
      ? encodeAckInto(packet.block, this.#ack)
      : encodePacket(packet);
    showPacket(report, { direction: "out", peer: to, packet, bytes });
    socket.send(bytes, to).catch(ignore);
  }

  async #commit(transfer: Transfer): Promise<void> {
    const { accepted, peer, report, upload } = this.#options;
    const storedName = await upload.commit();
    const { tsize } = accepted.terms;
    const { bytes } = transfer;
    report.add({
      kind: "stored",
      peer,
      filename: accepted.filename,
      storedName,
      bytes,
      seconds: secondsOf(transfer),
      announced: tsize === bytes ? undefined : tsize,
    });
  }
}

function ignore(): void {}

function secondsOf({ openedAt }: Transfer): number {
  return (performance.now() - openedAt) / 1000;
}
