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

/** The golden table, by the case and where the bytes come from. */
const TABLE: Readonly<
  Record<string, readonly [hex: string, packet: Vector["packet"]]>
> = {
  "WRQ in octet mode (tftp-hpa 5.2; curl --tftp-no-options)": [
    "00 02 'ten.txt' 00 'octet' 00",
    writeRequest("ten.txt"),
  ],
  "WRQ in netascii mode (tftp-hpa 5.2)": [
    "00 02 'ten.txt' 00 'netascii' 00",
    writeRequest("ten.txt", {}, "netascii"),
  ],
  "WRQ with three options (curl 7.88)": [
    "00 02 'ten.txt' 00 'octet' 00 " +
    "'tsize' 00 '10' 00 'blksize' 00 '512' 00 'timeout' 00 '6' 00",
    writeRequest("ten.txt", {
      tsize: "10",
      blksize: "512",
      timeout: "6",
    }),
  ],
  "WRQ with a window (atftp 0.8)": [
    "00 02 'ten.txt' 00 'octet' 00 'tsize' 00 '10' 00 " +
    "'windowsize' 00 '8' 00",
    writeRequest("ten.txt", { tsize: "10", windowsize: "8" }),
  ],
  "WRQ with an option twice, in mixed case": [
    "00 02 'a' 00 'OcTeT' 00 'BlkSize' 00 '16' 00 'blksize' 00 '32' 00",
    writeRequest("a", { BlkSize: "16", blksize: "32" }, "OcTeT"),
  ],
  "WRQ with an empty option value": [
    "00 02 'a' 00 'octet' 00 'tsize' 00 00",
    writeRequest("a", { tsize: "" }),
  ],
  "WRQ with an empty file name": [
    "00 02 00 'octet' 00",
    writeRequest(""),
  ],
  "WRQ with a name that is not UTF-8": [
    "00 02 ff 80 9f e9 00 'octet' 00",
    writeRequest("\u00ff\u0080\u009f\u00e9"),
  ],
  "RRQ (RFC 2349, example of timeout)": [
    "00 01 'foobar' 00 'octet' 00 'timeout' 00 '1' 00",
    {
      ...{ kind: "rrq", filename: "foobar", mode: "octet" },
      options: [{ name: "timeout", value: "1" }],
    },
  ],
  "DATA (RFC 1350 figure 5-2)": [
    "00 03 00 01 'hi' 0a",
    { kind: "data", block: 1, payload: bytesOf("'hi' 0a") },
  ],
  "DATA without a payload, the end of a file": [
    "00 03 01 02",
    { kind: "data", block: 258, payload: Uint8Array.of() },
  ],
  "DATA with the highest block number and NULs": [
    "00 03 ff ff 00 00",
    { kind: "data", block: 65535, payload: Uint8Array.of(0, 0) },
  ],
  "ACK (RFC 1350 figure 5-3)": [
    "00 04 00 00",
    { kind: "ack", block: 0 },
  ],
  "ACK with a block number of two bytes": [
    "00 04 80 01",
    { kind: "ack", block: 32769 },
  ],
  "ERROR (RFC 1350 figure 5-4)": [
    "00 05 00 03 'disk full' 00",
    { kind: "error", code: 3, message: "disk full" },
  ],
  "ERROR without a text and with an unknown code": [
    "00 05 12 34 00",
    { kind: "error", code: 4660, message: "" },
  ],
  "OACK (RFC 2347, example)": [
    "00 06 'blksize' 00 '1432' 00",
    { kind: "oack", options: [{ name: "blksize", value: "1432" }] },
  ],
  "OACK without options, which nobody should send": [
    "00 06",
    { kind: "oack", options: [] },
  ],
};

/** The golden table. */
export const VECTORS: readonly Vector[] = Object.entries(TABLE)
  .map(([what, [hex, packet]]) => ({ what, hex, packet }));
