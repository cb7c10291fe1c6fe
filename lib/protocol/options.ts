/**
 * Option negotiation: what a client asks for, what it gets, what is echoed.
 *
 * An option that is unknown, repeated or invalid is left out of the answer and
 * changes nothing; no RFC asks for an ERROR, and clients cope (RFC 2347).
 *
 * @module
 */

import type { Option } from "./packet.ts";
import type { Rollover } from "./rollover.ts";

/** What the server is prepared to grant. */
export interface NegotiationLimits {
  /** The largest block granted, in bytes, 8 to 65464. */
  readonly maxBlksize: number;
  /** The largest window granted, in blocks, 1 to 65535. */
  readonly maxWindowsize: number;
  /** Options that are treated as unknown, in lower case. */
  readonly ignoredOptions: readonly string[];
  /** The kernel's receive buffer of a transfer's socket, in bytes. */
  readonly receiveBufferBytes: number;
  /** The retransmission interval of a client that asks for none. */
  readonly timeoutMs: number;
}

/** The outcome of a negotiation. */
export interface Negotiated {
  /** Payload bytes of every block but the last (RFC 2348), 8 to 65464. */
  readonly blksize: number;
  /** Blocks between two ACKs (RFC 7440), 1 to 65535. */
  readonly windowsize: number;
  /** How long to wait before repeating an answer (RFC 2349), milliseconds. */
  readonly timeoutMs: number;
  /** The size of the file as announced (RFC 2349), bytes; if it was. */
  readonly tsize: number | undefined;
  /** The block number behind 65535, if it was settled (tftp-hpa, FreeBSD). */
  readonly rollover: Rollover | undefined;
  /** What the OACK holds, in the client's spelling; empty: answer ACK 0. */
  readonly accepted: readonly Option[];
}

/** All options that can be granted, by their names. */
export const OPTION_NAMES = [
  ...["blksize", "windowsize", "timeout", "tsize", "rollover"],
];
/** The block size without negotiation (RFC 1350). */
export const DEFAULT_BLKSIZE = 512;
/** The smallest block size that may be asked for (RFC 2348). */
export const MIN_BLKSIZE = 8;
/** The largest block size: what fits UDP over IPv4 (RFC 2348). */
export const MAX_BLKSIZE = 65464;
/** What fits one frame of Ethernet: 1500 bytes without IP, UDP and our header. */
export const MTU_BLKSIZE = { ipv4: 1468, ipv6: 1448 } as const;
/** The largest window that may be asked for (RFC 7440 section 3). */
export const MAX_WINDOWSIZE = 65535;
/** The longest timeout that may be asked for, in seconds (RFC 2349). */
export const MAX_TIMEOUT_SECONDS = 255;
/** More digits are no number anyone means: a file of 10^20 bytes. */
const MAX_DIGITS = 20;
/** What a UDP datagram adds to its payload: the header and TFTP's own four. */
const UDP_AND_TFTP_BYTES = 12;
/** The payload of one IPv4 fragment on an Ethernet of 1500 bytes. */
const FRAGMENT_BYTES = 1480;
/**
 * What the Linux kernel charges a socket for one received fragment, measured
 * over loopback and Ethernet and rounded up (its own bookkeeping included).
 */
const CHARGED_PER_FRAGMENT_BYTES = 3000;

/**
 * Settles the options of a write request.
 *
 * @param asked The request's options as they came.
 * @returns The terms, and the options to echo in the request's order.
 */
export function negotiate(
  asked: readonly Option[],
  limits: NegotiationLimits,
): Negotiated {
  // RFC 2347: an option may be given once, so the first one counts.
  const first = new Map<string, Option>();
  for (const option of asked) {
    const key = option.name.toLowerCase();
    if (first.has(key) || limits.ignoredOptions.includes(key)) continue;
    first.set(key, option);
  }
  const number = (key: string, min: number, max: number) =>
    parseNumber(first.get(key)?.value, min, max);

  const blksize = number("blksize", MIN_BLKSIZE, Infinity);
  const windowsize = number("windowsize", 1, MAX_WINDOWSIZE);
  const timeout = number("timeout", 1, MAX_TIMEOUT_SECONDS);
  const tsize = number("tsize", 0, Infinity);
  const rollover = rolloverOf(number("rollover", 0, 1));
  // Whoever does not ask sends what RFC 1350 says, and cannot be told otherwise.
  const grantedBlksize = blksize === undefined
    ? DEFAULT_BLKSIZE
    : Math.min(blksize, limits.maxBlksize);
  const grantedWindowsize = Math.min(
    windowsize ?? 1,
    limits.maxWindowsize,
    windowCapacity(grantedBlksize, limits.receiveBufferBytes),
  );

  const accepted: Option[] = [];
  for (const [key, { name, value }] of first) {
    if (key === "blksize" && blksize !== undefined) {
      accepted.push({ name, value: `${grantedBlksize}` });
    } else if (key === "windowsize" && windowsize !== undefined) {
      accepted.push({ name, value: `${grantedWindowsize}` });
    } else if (
      // RFC 2349: the answer must hold the very value asked for.
      key === "timeout" && timeout !== undefined ||
      key === "tsize" && tsize !== undefined ||
      key === "rollover" && rollover !== undefined
    ) {
      accepted.push({ name, value });
    }
  }
  return {
    blksize: grantedBlksize,
    windowsize: grantedWindowsize,
    timeoutMs: timeout === undefined ? limits.timeoutMs : timeout * 1000,
    ...{ tsize, rollover, accepted },
  };
}

/**
 * How many blocks survive in the kernel while the server is busy elsewhere. A
 * larger window would lose its own end every time.
 *
 * @param blksize Payload bytes of a block.
 * @param receiveBufferBytes The kernel's receive buffer of one socket.
 * @returns The number of blocks, at least 1.
 */
export function windowCapacity(
  blksize: number,
  receiveBufferBytes: number,
): number {
  const fragments = Math.ceil((blksize + UDP_AND_TFTP_BYTES) / FRAGMENT_BYTES);
  const charged = CHARGED_PER_FRAGMENT_BYTES * fragments;
  return Math.max(1, Math.floor(receiveBufferBytes / charged));
}

function rolloverOf(value: number | undefined): Rollover | undefined {
  return value === 0 || value === 1 ? value : undefined;
}

/** Digits only: no sign, no space, no `0x`, no fraction. */
function parseNumber(
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined || text.length > MAX_DIGITS) return undefined;
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}
