/**
 * The packets of TFTP as values (RFC 1350 section 5, RFC 2347).
 *
 * @module
 */

/** An option of a request or of its acknowledgement (RFC 2347). */
export interface Option {
  /** The option's name in the sender's own spelling; case does not matter. */
  readonly name: string;
  /** The option's value, not yet interpreted. */
  readonly value: string;
}

/** RRQ and WRQ (RFC 1350 section 5, options RFC 2347). */
export interface RequestPacket {
  /** `wrq` asks to send a file to us, `rrq` to get one. */
  readonly kind: "rrq" | "wrq";
  /** The file name as asked for, possibly empty or hostile. */
  readonly filename: string;
  /** The transfer mode as sent, in any case. */
  readonly mode: string;
  /** The options in the order sent, repeated ones included. */
  readonly options: readonly Option[];
}

/** DATA (RFC 1350 section 5). */
export interface DataPacket {
  /** Discriminates {@linkcode Packet}. */
  readonly kind: "data";
  /** The block number on the wire, 0 to 65535. */
  readonly block: number;
  /** A view into the decoded buffer, valid until that buffer is reused. */
  readonly payload: Uint8Array;
}

/** ACK (RFC 1350 section 5). */
export interface AckPacket {
  /** Discriminates {@linkcode Packet}. */
  readonly kind: "ack";
  /** The acknowledged block; only its low 16 bits go on the wire. */
  readonly block: number;
}

/** ERROR (RFC 1350 section 5). */
export interface ErrorPacket {
  /** Discriminates {@linkcode Packet}. */
  readonly kind: "error";
  /** The error code, 0 to 65535; see {@linkcode ErrorCode} for the known ones. */
  readonly code: number;
  /** Text for a human, untrusted when it was received. */
  readonly message: string;
}

/** OACK (RFC 2347). */
export interface OackPacket {
  /** Discriminates {@linkcode Packet}. */
  readonly kind: "oack";
  /** The accepted options. */
  readonly options: readonly Option[];
}

/** Bytes that are no TFTP packet. */
export interface MalformedPacket {
  /** Discriminates {@linkcode Packet}. */
  readonly kind: "malformed";
  /** The opcode, if it can be relied on. */
  readonly opcode: number | undefined;
  /** What is wrong, for a log line. */
  readonly reason: string;
}

/** Anything that can arrive. */
export type Packet =
  | RequestPacket
  | DataPacket
  | AckPacket
  | ErrorPacket
  | OackPacket
  | MalformedPacket;

/** The first two bytes of every packet (RFC 1350 section 5, RFC 2347). */
export const Opcode = {
  RRQ: 0x0001,
  WRQ: 0x0002,
  DATA: 0x0003,
  ACK: 0x0004,
  ERROR: 0x0005,
  OACK: 0x0006,
} as const;

/** The error codes of RFC 1350 (0 to 7) and RFC 2347 (8). */
export const ErrorCode = {
  NOT_DEFINED: 0,
  FILE_NOT_FOUND: 1,
  ACCESS_VIOLATION: 2,
  DISK_FULL: 3,
  ILLEGAL_OPERATION: 4,
  UNKNOWN_TRANSFER_ID: 5,
  FILE_EXISTS: 6,
  NO_SUCH_USER: 7,
  OPTION_REFUSED: 8,
} as const;

/** Bytes before the payload of a DATA packet: opcode and block number. */
export const DATA_HEADER_BYTES = 4;

/** The shortest request: an opcode and the ends of two empty strings. */
export const MIN_REQUEST_BYTES = 4;

/**
 * The longest request accepted, in bytes. RFC 2347 allows 512; clients with
 * long paths and many options go beyond, and a name of 255 bytes with every
 * option known today stays far below.
 */
export const MAX_REQUEST_BYTES = 1024;
