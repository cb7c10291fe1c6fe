/**
 * Addresses in a world.
 *
 * @module
 */

/** An address and port. */
export interface Address {
  /** The host. */
  readonly host: string;
  /** The UDP port. */
  readonly port: number;
  /** Both in one text. */
  readonly key: string;
}

/** Where the server listens. */
export const LISTENER: Address = addressOf("server", 69);

/** Makes an address. */
export function addressOf(host: string, port: number): Address {
  return { host, port, key: `${host}:${port}` };
}
