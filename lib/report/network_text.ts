/**
 * Networks as they are written.
 *
 * @module
 */

/**
 * Writes a network.
 *
 * @param network Its groups; see `networkOf()` in `lib/policy/rate.ts`.
 * @returns A range such as `10.1.1.0/24`; `undefined` for all that are not named.
 */
export function networkText(network: string | undefined): string | undefined {
  if (network === undefined) return undefined;
  return network.includes(":") ? `${network}::/64` : `${network}.0/24`;
}
