/**
 * The golden table of the wire format. Every vector is canonical: the bytes
 * decode to the packet, and the packet encodes to the bytes.
 *
 * @module
 */

import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";
import { writeRequest } from "../peer.ts";

/** A datagram and what it means. */
export interface Vector {
  /** The case and where the bytes come from. */
  readonly what: string;
  /** The datagram, as {@linkcode bytesOf} reads it. */
  readonly hex: string;
  /** The same as a value. */
  readonly packet: Exclude<Packet, MalformedPacket>;
}

/**
 * The bytes that a text stands for.
 *
 * @param wire Bytes of two hexadecimal digits each, and strings of ASCII in
 * single quotes: `00 02 'a' 00 'octet' 00`.
 */
export function bytesOf(wire: string): Uint8Array<ArrayBuffer> {
  const tokens = [...wire.matchAll(/'([^']*)'|[0-9a-f]{2}/g)];
  return Uint8Array.from(
    tokens.flatMap(([token, text]) =>
      text === undefined
        ? [parseInt(token, 16)]
        : [...new TextEncoder().encode(text)]
    ),
  );
}

/** The golden table. */
export const VECTORS: readonly Vector[] = [
  {
    what: "WRQ in octet mode (tftp-hpa 5.2; curl --tftp-no-options)",
    hex: "00 02 'ten.txt' 00 'octet' 00",
    packet: writeRequest("ten.txt"),
  },
  {
    what: "WRQ in netascii mode (tftp-hpa 5.2)",
    hex: "00 02 'ten.txt' 00 'netascii' 00",
    packet: writeRequest("ten.txt", {}, "netascii"),
  },
  {
    what: "WRQ with three options (curl 7.88)",
    hex: "00 02 'ten.txt' 00 'octet' 00 " +
      "'tsize' 00 '10' 00 'blksize' 00 '512' 00 'timeout' 00 '6' 00",
    packet: writeRequest("ten.txt", {
      tsize: "10",
      blksize: "512",
      timeout: "6",
    }),
  },
  {
    what: "WRQ with a window (atftp 0.8)",
    hex: "00 02 'ten.txt' 00 'octet' 00 'tsize' 00 '10' 00 " +
      "'windowsize' 00 '8' 00",
    packet: writeRequest("ten.txt", { tsize: "10", windowsize: "8" }),
  },
  {
    what: "WRQ with an option twice, in mixed case",
    hex: "00 02 'a' 00 'OcTeT' 00 'BlkSize' 00 '16' 00 'blksize' 00 '32' 00",
    packet: writeRequest("a", { BlkSize: "16", blksize: "32" }, "OcTeT"),
  },
  {
    what: "WRQ with an empty option value",
    hex: "00 02 'a' 00 'octet' 00 'tsize' 00 00",
    packet: writeRequest("a", { tsize: "" }),
  },
  {
    what: "WRQ with an empty file name",
    hex: "00 02 00 'octet' 00",
    packet: writeRequest(""),
  },
  {
    what: "WRQ with a name that is not UTF-8",
    hex: "00 02 ff 80 9f e9 00 'octet' 00",
    packet: writeRequest("\u00ff\u0080\u009f\u00e9"),
  },
  {
    what: "RRQ (RFC 2349, example of timeout)",
    hex: "00 01 'foobar' 00 'octet' 00 'timeout' 00 '1' 00",
    packet: {
      ...{ kind: "rrq", filename: "foobar", mode: "octet" },
      options: [{ name: "timeout", value: "1" }],
    },
  },
  {
    what: "DATA (RFC 1350 figure 5-2)",
    hex: "00 03 00 01 'hi' 0a",
    packet: { kind: "data", block: 1, payload: bytesOf("'hi' 0a") },
  },
  {
    what: "DATA without a payload, the end of a file",
    hex: "00 03 01 02",
    packet: { kind: "data", block: 258, payload: Uint8Array.of() },
  },
  {
    what: "DATA with the highest block number and NULs",
    hex: "00 03 ff ff 00 00",
    packet: { kind: "data", block: 65535, payload: Uint8Array.of(0, 0) },
  },
  {
    what: "ACK (RFC 1350 figure 5-3)",
    hex: "00 04 00 00",
    packet: { kind: "ack", block: 0 },
  },
  {
    what: "ACK with a block number of two bytes",
    hex: "00 04 80 01",
    packet: { kind: "ack", block: 32769 },
  },
  {
    what: "ERROR (RFC 1350 figure 5-4)",
    hex: "00 05 00 03 'disk full' 00",
    packet: { kind: "error", code: 3, message: "disk full" },
  },
  {
    what: "ERROR without a text and with an unknown code",
    hex: "00 05 12 34 00",
    packet: { kind: "error", code: 4660, message: "" },
  },
  {
    what: "OACK (RFC 2347, example)",
    hex: "00 06 'blksize' 00 '1432' 00",
    packet: { kind: "oack", options: [{ name: "blksize", value: "1432" }] },
  },
  {
    what: "OACK without options, which nobody should send",
    hex: "00 06",
    packet: { kind: "oack", options: [] },
  },
];
