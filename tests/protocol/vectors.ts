/**
 * The golden table of the wire format. Every vector is canonical: the bytes
 * decode to the packet, and the packet encodes to the bytes.
 *
 * @module
 */

import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";

/** A datagram and what it means. */
export interface Vector {
  /** The case and where the bytes come from. */
  readonly what: string;
  /** The datagram, two digits a byte. */
  readonly hex: string;
  /** The same as a value. */
  readonly packet: Exclude<Packet, MalformedPacket>;
}

/** The bytes that a text of two-digit hexadecimal numbers stands for. */
export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const digits = hex.split(" ").filter((pair) => pair !== "");
  return Uint8Array.from(digits, (pair) => parseInt(pair, 16));
}

/** The golden table. */
export const VECTORS: readonly Vector[] = [
  {
    what: "WRQ in octet mode (tftp-hpa 5.2; curl --tftp-no-options)",
    hex: "00 02 74 65 6e 2e 74 78 74 00 6f 63 74 65 74 00",
    packet: { kind: "wrq", filename: "ten.txt", mode: "octet", options: [] },
  },
  {
    what: "WRQ in netascii mode (tftp-hpa 5.2)",
    hex: "00 02 74 65 6e 2e 74 78 74 00 6e 65 74 61 73 63 69 69 00",
    packet: {
      kind: "wrq",
      filename: "ten.txt",
      mode: "netascii",
      options: [],
    },
  },
  {
    what: "WRQ with three options (curl 7.88)",
    hex: "00 02 74 65 6e 2e 74 78 74 00 6f 63 74 65 74 00 " +
      "74 73 69 7a 65 00 31 30 00 " +
      "62 6c 6b 73 69 7a 65 00 35 31 32 00 " +
      "74 69 6d 65 6f 75 74 00 36 00",
    packet: {
      kind: "wrq",
      filename: "ten.txt",
      mode: "octet",
      options: [
        { name: "tsize", value: "10" },
        { name: "blksize", value: "512" },
        { name: "timeout", value: "6" },
      ],
    },
  },
  {
    what: "WRQ with a window (atftp 0.8)",
    hex: "00 02 74 65 6e 2e 74 78 74 00 6f 63 74 65 74 00 " +
      "74 73 69 7a 65 00 31 30 00 77 69 6e 64 6f 77 73 69 7a 65 00 38 00",
    packet: {
      kind: "wrq",
      filename: "ten.txt",
      mode: "octet",
      options: [
        { name: "tsize", value: "10" },
        { name: "windowsize", value: "8" },
      ],
    },
  },
  {
    what: "WRQ with an option twice, in mixed case (row 37)",
    hex: "00 02 61 00 4f 63 54 65 54 00 42 6c 6b 53 69 7a 65 00 31 36 00 " +
      "62 6c 6b 73 69 7a 65 00 33 32 00",
    packet: {
      kind: "wrq",
      filename: "a",
      mode: "OcTeT",
      options: [
        { name: "BlkSize", value: "16" },
        { name: "blksize", value: "32" },
      ],
    },
  },
  {
    what: "WRQ with an empty option value (row 38)",
    hex: "00 02 61 00 6f 63 74 65 74 00 74 73 69 7a 65 00 00",
    packet: {
      kind: "wrq",
      filename: "a",
      mode: "octet",
      options: [{ name: "tsize", value: "" }],
    },
  },
  {
    what: "WRQ with an empty file name (row 48)",
    hex: "00 02 00 6f 63 74 65 74 00",
    packet: { kind: "wrq", filename: "", mode: "octet", options: [] },
  },
  {
    what: "WRQ with a name that is not UTF-8 (row 50)",
    hex: "00 02 ff 80 9f e9 00 6f 63 74 65 74 00",
    packet: {
      kind: "wrq",
      filename: "\u00ff\u0080\u009f\u00e9",
      mode: "octet",
      options: [],
    },
  },
  {
    what: "RRQ (RFC 2349, example of timeout)",
    hex: "00 01 66 6f 6f 62 61 72 00 6f 63 74 65 74 00 " +
      "74 69 6d 65 6f 75 74 00 31 00",
    packet: {
      kind: "rrq",
      filename: "foobar",
      mode: "octet",
      options: [{ name: "timeout", value: "1" }],
    },
  },
  {
    what: "DATA (RFC 1350 figure 5-2)",
    hex: "00 03 00 01 68 69 0a",
    packet: {
      kind: "data",
      block: 1,
      payload: Uint8Array.of(0x68, 0x69, 0x0a),
    },
  },
  {
    what: "DATA without a payload, the end of a file (row 30)",
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
    hex: "00 05 00 03 64 69 73 6b 20 66 75 6c 6c 00",
    packet: { kind: "error", code: 3, message: "disk full" },
  },
  {
    what: "ERROR without a text and with an unknown code",
    hex: "00 05 12 34 00",
    packet: { kind: "error", code: 4660, message: "" },
  },
  {
    what: "OACK (RFC 2347, example)",
    hex: "00 06 62 6c 6b 73 69 7a 65 00 31 34 33 32 00",
    packet: { kind: "oack", options: [{ name: "blksize", value: "1432" }] },
  },
  {
    what: "OACK without options, which nobody should send",
    hex: "00 06",
    packet: { kind: "oack", options: [] },
  },
];
