/**
 * Where a server can be reached, as it is typed.
 *
 * @module
 */

/** More would be a wall of text. */
const MAX_NAMED = 8;

/**
 * Writes the URLs of a server.
 *
 * @param addresses Its IP addresses.
 * @param port Its port.
 */
export function urlsOf(addresses: readonly string[], port: number): string[] {
  const behind = port === 69 ? "" : `:${port}`;
  return addresses.map((address) =>
    `tftp://${address.includes(":") ? `[${address}]` : address}${behind}/`
  );
}

/**
 * Lists the URLs of a server.
 *
 * @param urls All of them.
 */
export function listUrls(urls: readonly string[]): string {
  const more = urls.length - MAX_NAMED;
  return urls.slice(0, MAX_NAMED).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}
