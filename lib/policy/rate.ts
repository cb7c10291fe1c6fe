/**
 * How many ERRORs may be sent. Every ERROR answers a datagram whose source may
 * be forged, so they are limited for each network and in all: a flood is not
 * reflected at a victim, and two servers that mistake each other for clients
 * fall silent (CVE-2024-2169).
 *
 * @module
 */

/** A token bucket: `burst` at once, `perSecond` in the long run. */
export interface Rate {
  /** Tokens that come back every second. */
  readonly perSecond: number;
  /** The most tokens there can be. */
  readonly burst: number;
}

/** The state of a bucket. */
export interface Bucket {
  /** Tokens left, as of `at`. */
  readonly tokens: number;
  /** When that was, milliseconds of any steady clock. */
  readonly at: number;
}

/**
 * For one network: an engineer who tries out a handful of names gets an answer
 * to each, and what is left in the long run is no attack on anyone.
 */
export const ERRORS_PER_SOURCE: Rate = { perSecond: 1, burst: 20 };
/** For all together: some 100 kbit/s of ERRORs. */
export const ERRORS_IN_ALL: Rate = { perSecond: 200, burst: 400 };

/**
 * Takes a token if there is one.
 *
 * @param bucket The bucket as it is; `undefined` if it is full.
 * @param rate How it fills.
 * @param now The present.
 * @returns The bucket as it is now, and whether a token was taken.
 */
export function take(
  bucket: Bucket | undefined,
  rate: Rate,
  now: number,
): { readonly bucket: Bucket; readonly taken: boolean } {
  const refilled = bucket === undefined
    ? rate.burst
    : bucket.tokens + (now - bucket.at) / 1_000 * rate.perSecond;
  const tokens = Math.min(rate.burst, refilled);
  return tokens >= 1
    ? { bucket: { tokens: tokens - 1, at: now }, taken: true }
    : { bucket: { tokens, at: now }, taken: false };
}

/**
 * Names the network an address is counted under: its owner can use any address
 * of it.
 *
 * @param address A plain IPv4 or a canonical IPv6 address.
 * @returns The first 24 bits of IPv4, the first 64 of IPv6.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) {
    return address.slice(0, address.lastIndexOf("."));
  }
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length));
  return [...front, ...zeros.fill("0"), ...back].slice(0, 4).join(":");
}
