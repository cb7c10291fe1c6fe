/**
 * Networks and servers, as they are written and typed.
 *
 * @module
 */

/** More would be a wall of text. */
const MAX_NAMED = 8;

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

/** Writes the URLs of a server, one for each of its IP addresses. */
export function urlsOf(addresses: readonly string[], port: number): string[] {
  const behind = port === 69 ? "" : `:${port}`;
  return addresses.map((address) =>
    `tftp://${address.includes(":") ? `[${address}]` : address}${behind}/`
  );
}

/** Lists the URLs of a server, the first of many. */
export function listUrls(urls: readonly string[]): string {
  const more = urls.length - MAX_NAMED;
  return urls.slice(0, MAX_NAMED).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}
