/**
 * The wire format of TFTP: bytes to {@linkcode Packet} and back.
 *
 * The law here: {@linkcode decodePacket} never throws, whatever the bytes. What
 * cannot be understood is a packet of kind `malformed`. Strings are decoded
 * byte by byte (Latin-1), so that every name survives a round trip unchanged
 * and no byte sequence is an error.
 *
 * @module
 */

import {
  DATA_HEADER_BYTES,
  type MalformedPacket,
  MAX_REQUEST_BYTES,
  MIN_REQUEST_BYTES,
  Opcode,
  type Option,
  type Packet,
} from "./packet.ts";

/**
 * Decodes one datagram.
 *
 * @param bytes The datagram. The payload of a DATA packet stays a view into it.
 * @returns The packet; of kind `malformed` if it is none.
 */
export function decodePacket(bytes: Uint8Array): Packet {
  if (bytes.length < 2) {
    return malformed(undefined, "shorter than an opcode");
  }
  const opcode = readUint16(bytes, 0);
  if (opcode === Opcode.DATA) {
    if (bytes.length < DATA_HEADER_BYTES) {
      return malformed(opcode, "shorter than a block number");
    }
    return {
      kind: "data",
      block: readUint16(bytes, 2),
      payload: bytes.subarray(DATA_HEADER_BYTES),
    };
  }
  switch (opcode) {
    case Opcode.RRQ:
      return decodeRequest("rrq", opcode, bytes);
    case Opcode.WRQ:
      return decodeRequest("wrq", opcode, bytes);
    case Opcode.ACK:
      // Bytes behind the block number are tolerated: some clients pad.
      return bytes.length < 4
        ? malformed(opcode, "shorter than a block number")
        : { kind: "ack", block: readUint16(bytes, 2) };
    case Opcode.ERROR:
      return decodeError(opcode, bytes);
    case Opcode.OACK:
      return decodeOack(opcode, bytes);
    default:
      return malformed(opcode, `unknown opcode ${opcode}`);
  }
}

/**
 * Encodes a packet.
 *
 * @param packet The packet. Strings are written as Latin-1.
 * @returns A new buffer with exactly the packet's bytes.
 * @throws {RangeError} If a string holds a NUL or a character above U+00FF,
 * which only a mistake in this program can bring about.
 */
export function encodePacket(
  packet: Exclude<Packet, MalformedPacket>,
): Uint8Array<ArrayBuffer> {
  switch (packet.kind) {
    case "rrq":
    case "wrq":
      return encodeStrings(
        packet.kind === "rrq" ? Opcode.RRQ : Opcode.WRQ,
        undefined,
        [packet.filename, packet.mode, ...flatten(packet.options)],
      );
    case "data": {
      const bytes = withHeader(
        Opcode.DATA,
        packet.block,
        packet.payload.length,
      );
      bytes.set(packet.payload, DATA_HEADER_BYTES);
      return bytes;
    }
    case "ack":
      return withHeader(Opcode.ACK, packet.block, 0);
    case "error":
      return encodeStrings(Opcode.ERROR, packet.code, [packet.message]);
    case "oack":
      return encodeStrings(Opcode.OACK, undefined, flatten(packet.options));
  }
}

/**
 * Writes an ACK over the last one: making a buffer takes longer than all else a
 * block sets off in this program.
 *
 * @param block The block; cut to 16 bits.
 * @param into A buffer of four bytes.
 * @returns The buffer.
 */
export function encodeAckInto(
  block: number,
  into: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  writeHeader(into, Opcode.ACK, block);
  return into;
}

//  2 bytes     string    1 byte   string   1 byte   string  1 byte  string  1
// +---------+------------+------+--------+------+----------+------+-------+---+
// | 01 | 02 |  Filename  |  0   |  Mode  |  0   |  Option  |  0   | Value | 0 |
// +---------+------------+------+--------+------+----------+------+-------+---+
function decodeRequest(
  kind: "rrq" | "wrq",
  opcode: number,
  bytes: Uint8Array,
): Packet {
  // Without an opcode, lest a stub be answered with an ERROR ten times longer.
  if (bytes.length < MIN_REQUEST_BYTES) {
    return malformed(undefined, `request under ${MIN_REQUEST_BYTES} bytes`);
  }
  if (bytes.length > MAX_REQUEST_BYTES) {
    return malformed(opcode, `request over ${MAX_REQUEST_BYTES} bytes`);
  }
  const filename = readString(bytes, 2);
  if (filename === undefined) return malformed(opcode, "no end of file name");
  const mode = readString(bytes, filename.next);
  if (mode === undefined) return malformed(opcode, "no end of transfer mode");
  const options = readOptions(bytes, mode.next);
  if (options === undefined) return malformed(opcode, "no end of option");
  return { kind, filename: filename.text, mode: mode.text, options };
}

//  2 bytes  2 bytes     string    1 byte
// +--------+-----------+---------+------+
// |   05   | ErrorCode | ErrMsg  |  0   |
// +--------+-----------+---------+------+
function decodeError(opcode: number, bytes: Uint8Array): Packet {
  if (bytes.length < 4) return malformed(opcode, "shorter than an error code");
  // An ERROR is never answered, so a missing NUL is not worth a complaint.
  const text = readString(bytes, 4)?.text ?? latin1(bytes.subarray(4));
  return { kind: "error", code: readUint16(bytes, 2), message: text };
}

function decodeOack(opcode: number, bytes: Uint8Array): Packet {
  const options = readOptions(bytes, 2);
  return options === undefined
    ? malformed(opcode, "no end of option")
    : { kind: "oack", options };
}

/**
 * Reads pairs of strings up to the end. An empty name ends the list, for some
 * clients pad with NULs; a name with nothing behind it is dropped. A string
 * without its NUL yields `undefined`.
 */
function readOptions(
  bytes: Uint8Array,
  start: number,
): readonly Option[] | undefined {
  const options: Option[] = [];
  let offset = start;
  while (offset < bytes.length) {
    const name = readString(bytes, offset);
    if (name === undefined) return undefined;
    if (name.text === "" || name.next === bytes.length) break;
    const value = readString(bytes, name.next);
    if (value === undefined) return undefined;
    options.push({ name: name.text, value: value.text });
    offset = value.next;
  }
  return options;
}

function readString(
  bytes: Uint8Array,
  start: number,
): { readonly text: string; readonly next: number } | undefined {
  const end = bytes.indexOf(0, start);
  if (end === -1) return undefined;
  return { text: latin1(bytes.subarray(start, end)), next: end + 1 };
}

/** `TextDecoder("latin1")` will not do: by the standard it is windows-1252. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function malformed(
  opcode: number | undefined,
  reason: string,
): MalformedPacket {
  return { kind: "malformed", opcode, reason };
}

function flatten(options: readonly Option[]): string[] {
  return options.flatMap(({ name, value }) => [name, value]);
}

function withHeader(
  opcode: number,
  second: number,
  rest: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + rest);
  writeHeader(bytes, opcode, second);
  return bytes;
}

function writeHeader(
  bytes: Uint8Array,
  opcode: number,
  second: number,
): void {
  bytes[0] = opcode >> 8;
  bytes[1] = opcode;
  bytes[2] = second >> 8;
  bytes[3] = second;
}

function encodeStrings(
  opcode: number,
  second: number | undefined,
  strings: readonly string[],
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [opcode >> 8, opcode];
  if (second !== undefined) bytes.push(second >> 8, second);
  for (const text of strings) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0 || code > 0xff) {
        throw new RangeError(
          `Cannot encode "${text}": every character must be U+0001 to U+00FF`,
        );
      }
      bytes.push(code);
    }
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}
