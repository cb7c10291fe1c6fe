/**
 * Text as netascii has it on the wire (RFC 764, by way of RFC 1350 section 1).
 *
 * @module
 */

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;

/**
 * Encodes text: LF becomes CR LF, and a CR of its own CR NUL. Every byte is
 * encoded by itself, so a text may be cut anywhere, before and after.
 *
 * @returns The same on the wire, at most twice as long.
 */
export function encodeNetascii(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const wire = new Uint8Array(text.length * 2);
  let length = 0;
  for (const byte of text) {
    if (byte === LF) wire[length++] = CR;
    wire[length++] = byte;
    if (byte === CR) wire[length++] = NUL;
  }
  return wire.subarray(0, length);
}

/** A part of a text, decoded. */
export interface Decoded {
  /** Its bytes; perhaps a view of what was decoded. */
  readonly text: Uint8Array;
  /** Whether a CR at the end waits for what follows it. */
  readonly isCrWaiting: boolean;
}

/**
 * Decodes text: CR LF becomes LF, CR NUL becomes CR, and whatever else stays as
 * it is. A CR at the end waits for the next part; at the end of the text it is
 * one of its own.
 *
 * @param wire Any part of a text on the wire.
 * @param isCrWaiting Whether the part before it ended with a CR.
 */
export function decodeNetascii(
  wire: Uint8Array,
  isCrWaiting: boolean,
): Decoded {
  if (!isCrWaiting && !wire.includes(CR)) return { text: wire, isCrWaiting };
  const text = new Uint8Array(wire.length + 1);
  let length = 0;
  let isWaiting = isCrWaiting;
  for (const byte of wire) {
    if (isWaiting && byte !== LF) text[length++] = CR;
    const isNul = isWaiting && byte === NUL;
    isWaiting = byte === CR;
    if (!isWaiting && !isNul) text[length++] = byte;
  }
  return { text: text.subarray(0, length), isCrWaiting: isWaiting };
}

/** What a CR that waits at the end of a text is. */
export function lonelyCr(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(CR);
}
