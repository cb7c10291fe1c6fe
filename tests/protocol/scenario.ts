/**
 * What the stories of the transfer tests are made of.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type {
  AckPacket,
  DataPacket,
  OackPacket,
  Packet,
  RequestPacket,
} from "../../lib/protocol/packet.ts";
import { open, receive } from "../../lib/protocol/transfer.ts";
import type {
  Step,
  Transfer,
  TransferTerms,
} from "../../lib/protocol/transfer_state.ts";

/** Small blocks, so that a test can spell them out; round times. */
export const TERMS: TransferTerms = {
  blksize: 8,
  windowsize: 1,
  timeoutMs: 1_000,
  minTimeoutMs: 1_000,
  idleMs: 60_000,
  durationMs: 600_000,
  maxBytes: Infinity,
};

/** The answer to a request without options. */
export const ACK_0: AckPacket = { kind: "ack", block: 0 };

/** The answer to a request with an option. */
export const OACK: OackPacket = {
  kind: "oack",
  options: [{ name: "blksize", value: "8" }],
};

/** A repetition of the request. */
export const WRQ: RequestPacket = {
  kind: "wrq",
  filename: "a",
  mode: "octet",
  options: [],
};

/** A transfer whose request was answered by ACK 0 at time 0. */
export function opened(terms: Partial<TransferTerms> = {}): Transfer {
  return open({ ...TERMS, ...terms }, ACK_0, 0).transfer;
}

/** A transfer whose request was answered by an OACK at time 0. */
export function openedByOack(terms: Partial<TransferTerms> = {}): Transfer {
  return open({ ...TERMS, ...terms }, OACK, 0).transfer;
}

/** A transfer amid a file, its last block acknowledged at time 0. */
export function atBlock(
  block: number,
  terms: Partial<TransferTerms> = {},
): Transfer {
  return {
    ...opened(terms),
    phase: "receiving",
    reply: { kind: "ack", block },
    block,
    acked: block,
    bytes: block * 8,
  };
}

/** DATA with a text for its payload. */
export function data(block: number, text: string): DataPacket {
  return { kind: "data", block, payload: bytes(text) };
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The transfer after it received packets at one moment. */
export function after(
  transfer: Transfer,
  now: number,
  ...packets: readonly Packet[]
): Transfer {
  return packets.reduce(
    (before, packet) => receive(before, packet, now).transfer,
    transfer,
  );
}

/** Asserts that nothing came of an event, not even a copy of the transfer. */
export function assertIgnored(step: Step, before: Transfer): void {
  assertEquals(step, { transfer: before, actions: [] });
  assert(step.transfer === before);
}
