/**
 * Ranges of addresses: one address, or all that begin with the same bits, as in
 * `10.0.0.0/8` or `2001:db8::/32`. They are asked about every datagram, so they
 * are kept as numbers.
 *
 * @module
 */

import { groupsOf, parseAddress, plainAddress } from "./address.ts";

/** Addresses of one family that begin with the same bits. */
export interface AddressRange {
  /** Its one spelling: `10.0.0.0/8`, or a plain address. */
  readonly text: string;
  /** How many bits are the same. */
  readonly prefix: number;
  /** The bits: one number of 32 bits for IPv4, four for IPv6. */
  readonly words: readonly number[];
  /** Which of the bits count. */
  readonly masks: readonly number[];
}

const WORD_BITS = 32;
/** How many of the first bits of an IPv6 address say that it is a mapped one. */
const MAPPED_BITS = 96;
const EXPECTED = "expected an address such as 192.0.2.7 or a range such as " +
  "10.0.0.0/8 or 2001:db8::/32";

/**
 * Reads a range.
 *
 * @param text An address, with or without a `/` and the number of bits that
 * count. IPv6 may stand in brackets; IPv4 mapped into IPv6 means IPv4.
 * @returns The range, or what is wrong with the text and would be right.
 */
export function parseRange(text: string): AddressRange | string {
  const match = /^([^/]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text);
  const [, written = "", digits] = match ?? [];
  const spelled = written.replace(/^\[(.*:.*)\]$/, "$1");
  const address = parseAddress(spelled);
  if (address === undefined) return EXPECTED;
  const isIpv6 = address.includes(":");
  const isMapped = !isIpv6 && spelled.includes(":");
  const words = wordsOf(address);
  const most = words.length * WORD_BITS;
  const shift = isMapped ? MAPPED_BITS : 0;
  const prefix = digits === undefined ? most : Number(digits) - shift;
  if (prefix < 0) return "write a range of IPv4 addresses as 10.0.0.0/8";
  if (prefix > most) return `the prefix is at most ${most + shift} bits`;
  const masks = words.map((_, i) => maskOf(prefix - i * WORD_BITS));
  const masked = words.map((word, i) => (word & (masks[i] ?? 0)) >>> 0);
  const range: AddressRange = {
    text: spell(masked, prefix),
    ...{ prefix, words: masked, masks },
  };
  return masked.every((word, i) => word === words[i])
    ? range
    : `bits are set behind the prefix; did you mean ${range.text}?`;
}

/** Whether an address is in one of several ranges. */
export function isInRanges(
  hostname: string,
  ranges: readonly AddressRange[],
): boolean {
  const address = wordsOf(plainAddress(hostname));
  return ranges.some((it) => holds(it, address));
}

/** Whether all addresses of a range are in another one. */
export function isWithin(inner: AddressRange, outer: AddressRange): boolean {
  return inner.prefix >= outer.prefix && holds(outer, inner.words);
}

function holds(
  { words, masks }: AddressRange,
  address: readonly number[],
): boolean {
  return words.length === address.length &&
    words.every((word, i) =>
      ((word ^ (address[i] ?? 0)) & (masks[i] ?? 0)) === 0
    );
}

/** The bits of an address in a spelling that operating systems use. */
function wordsOf(address: string): number[] {
  if (!address.includes(":")) {
    let word = 0;
    for (const part of address.split(".")) word = word << 8 | Number(part);
    return [word >>> 0];
  }
  const groups = groupsOf(address).map((it) => Number.parseInt(it, 16));
  return [0, 2, 4, 6].map((i) =>
    ((groups[i] ?? 0) << 16 | (groups[i + 1] ?? 0)) >>> 0
  );
}

/** The first bits of a word; shifts count modulo 32. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= WORD_BITS ? 0xffffffff : (-1 << (WORD_BITS - bits)) >>> 0;
}

function spell(words: readonly number[], prefix: number): string {
  const address = words.length === 1
    ? words.flatMap((
      it,
    ) => [it >>> 24, it >> 16 & 255, it >> 8 & 255, it & 255])
      .join(".")
    : parseAddress(
      words.flatMap((it) => [it >>> 16, it & 0xffff])
        .map((it) => it.toString(16)).join(":"),
    ) ?? "";
  return prefix === words.length * WORD_BITS ? address : `${address}/${prefix}`;
}
