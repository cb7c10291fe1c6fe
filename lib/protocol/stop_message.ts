/**
 * The datagrams that stop a server from afar. Not TFTP: they share the port, and
 * begin with an opcode TFTP does not have.
 *
 *     client                                            server
 *       hello      a number of the client's   ------->
 *                                    <-------   challenge   the run's number
 *       stop       both numbers, the time, a proof ---->
 *                                    <-------   status      what is left, a proof
 *
 * A proof is the HMAC-SHA-256 of all bytes before it under a key that both know.
 * The run's number is new at every start, so a recorded `stop` is of no use to
 * anyone later; and a challenge is never longer than the hello it answers.
 *
 * @module
 */

/** Asks for the run's number. */
export interface Hello {
  /** Discriminates {@linkcode StopMessage}. */
  readonly kind: "hello";
  /** Random bytes, {@linkcode NONCE_BYTES} of them, to know the answer by. */
  readonly client: Uint8Array;
}

/** Tells the run's number. */
export interface Challenge {
  /** Discriminates {@linkcode StopMessage}. */
  readonly kind: "challenge";
  /** The number of the hello. */
  readonly client: Uint8Array;
  /** The number of the server's run. */
  readonly run: Uint8Array;
}

/** Asks the server to stop. */
export interface Stop {
  /** Discriminates {@linkcode StopMessage}. */
  readonly kind: "stop";
  /** The number of the hello. */
  readonly client: Uint8Array;
  /** The number of the server's run. */
  readonly run: Uint8Array;
  /** When it was sent, milliseconds since 1970. */
  readonly sentAt: number;
}

/** Tells how far the stop has come. */
export interface Status {
  /** Discriminates {@linkcode StopMessage}. */
  readonly kind: "status";
  /** The number of the hello. */
  readonly client: Uint8Array;
  /** The number of the server's run. */
  readonly run: Uint8Array;
  /** Uploads still under way. */
  readonly uploads: number;
  /** Whether this is the server's last word. */
  readonly isStopped: boolean;
}

/** Any of the four. */
export type StopMessage = Hello | Challenge | Stop | Status;

/** A message, and what proves it. */
export interface Decoded {
  /** The message. */
  readonly message: StopMessage;
  /** The bytes the proof is about. */
  readonly signed: Uint8Array;
  /** The proof; empty for the two messages without. */
  readonly proof: Uint8Array;
}

/** Bytes of a client's or a run's number: never guessed, never repeated. */
export const NONCE_BYTES = 16;
/** Bytes of a proof: SHA-256. */
export const PROOF_BYTES = 32;
/** The letters "wo": far from TFTP's opcodes 1 to 6. */
const OPCODE = 0x776f;
const KINDS = { hello: 1, challenge: 2, stop: 3, status: 4 } as const;
const HEADER_BYTES = 3;
const FIXED_BYTES = HEADER_BYTES + NONCE_BYTES;
const LONG_BYTES = FIXED_BYTES + NONCE_BYTES;
/** Padded to the length of a challenge, so that nothing is amplified. */
const HELLO_BYTES = LONG_BYTES;
const STOP_BYTES = LONG_BYTES + 8;
const STATUS_BYTES = LONG_BYTES + 5;

/**
 * Decodes a datagram.
 *
 * @param bytes The datagram; the result holds views into it.
 * @returns `undefined` if it is none of these messages.
 */
export function decodeStop(bytes: Uint8Array): Decoded | undefined {
  if (bytes.length < HELLO_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(0) !== OPCODE) return undefined;
  const client = bytes.subarray(HEADER_BYTES, FIXED_BYTES);
  const run = bytes.subarray(FIXED_BYTES, LONG_BYTES);
  switch (bytes[2]) {
    case KINDS.hello:
      return unsigned(bytes, HELLO_BYTES, { kind: "hello", client });
    case KINDS.challenge:
      return unsigned(bytes, LONG_BYTES, { kind: "challenge", client, run });
    case KINDS.stop:
      if (bytes.length !== STOP_BYTES + PROOF_BYTES) return undefined;
      return signed(bytes, STOP_BYTES, {
        kind: "stop",
        client,
        run,
        sentAt: view.getFloat64(LONG_BYTES),
      });
    case KINDS.status:
      if (bytes.length !== STATUS_BYTES + PROOF_BYTES) return undefined;
      return signed(bytes, STATUS_BYTES, {
        kind: "status",
        client,
        run,
        uploads: view.getUint32(LONG_BYTES),
        isStopped: view.getUint8(LONG_BYTES + 4) === 1,
      });
    default:
      return undefined;
  }
}

/**
 * Encodes a message.
 *
 * @returns All but the proof, which is to be put behind.
 */
export function encodeStop(message: StopMessage): Uint8Array<ArrayBuffer> {
  const length = message.kind === "stop"
    ? STOP_BYTES
    : message.kind === "status"
    ? STATUS_BYTES
    : LONG_BYTES;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, OPCODE);
  view.setUint8(2, KINDS[message.kind]);
  bytes.set(message.client, HEADER_BYTES);
  if (message.kind === "hello") return bytes;
  bytes.set(message.run, FIXED_BYTES);
  if (message.kind === "stop") view.setFloat64(LONG_BYTES, message.sentAt);
  if (message.kind === "status") {
    view.setUint32(LONG_BYTES, message.uploads);
    view.setUint8(LONG_BYTES + 4, message.isStopped ? 1 : 0);
  }
  return bytes;
}

function unsigned(
  bytes: Uint8Array,
  length: number,
  message: StopMessage,
): Decoded | undefined {
  return bytes.length === length
    ? { message, signed: bytes, proof: bytes.subarray(length) }
    : undefined;
}

function signed(
  bytes: Uint8Array,
  length: number,
  message: StopMessage,
): Decoded {
  return {
    message,
    signed: bytes.subarray(0, length),
    proof: bytes.subarray(length),
  };
}
