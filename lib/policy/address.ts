/**
 * Addresses as text: what is one, and which texts mean the same.
 *
 * @module
 */

/** Who sends: an address and a port, the client's transfer identifier. */
export interface Peer {
  /** The IP address as the operating system reports it. */
  readonly hostname: string;
  /** The UDP port. */
  readonly port: number;
}

/** The prefix of an IPv4 address as a dual-stack socket reports it. */
const MAPPED_PREFIX = "::ffff:";

/**
 * Reads an IP address.
 *
 * @param text Dotted IPv4, or IPv6 in any spelling, without brackets or zone.
 * @returns The one spelling the operating system reports it in (IPv4 mapped
 * into IPv6 as plain IPv4), or `undefined` if it is no address.
 */
export function parseAddress(text: string): string | undefined {
  if (isIpv4(text)) return text;
  if (!/^[0-9A-Fa-f:.]+$/.test(text) || !text.includes(":")) return undefined;
  if (!URL.canParse(`http://[${text}]/`)) return undefined;
  const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  const [high, low] = [Number(`0x${mapped[1]}`), Number(`0x${mapped[2]}`)];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** Shows the IPv4 address of a client that reached a dual-stack socket. */
export function plainAddress(hostname: string): string {
  return hostname.startsWith(MAPPED_PREFIX) && hostname.includes(".")
    ? hostname.slice(MAPPED_PREFIX.length)
    : hostname;
}

/** The eight groups of a canonical IPv6 address, each as short as it was. */
export function groupsOf(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length));
  return [...front, ...zeros.fill("0"), ...back];
}

/**
 * Writes an address and a port as one text.
 *
 * @returns `192.0.2.7:69` or `[2001:db8::1]:69`.
 */
export function formatEndpoint(hostname: string, port: number): string {
  const plain = plainAddress(hostname);
  return plain.includes(":") ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** Writes a peer as a key for maps. */
export function keyOf({ hostname, port }: Peer): string {
  return `${hostname} ${port}`;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && +part <= 255);
}
