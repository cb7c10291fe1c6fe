/**
 * From what people call a host to its address.
 *
 * @module
 */

import { parseAddress } from "../policy/address.ts";
import { Problem } from "../problem.ts";

/**
 * Finds a host.
 *
 * @param host Its name, or its IP address; that of IPv6 may be in brackets, and
 * may have a zone.
 * @returns Its address; of several an IPv4 one, as most TFTP servers have.
 * @throws {Problem} If there is none.
 */
export async function findHost(host: string): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const [text = "", ...zone] = bare.split("%");
  const address = parseAddress(text);
  if (address !== undefined) return [address, ...zone].join("%");
  if (/[:/]/.test(host)) {
    throw new Problem(
      `"${host}" is neither a host name nor an IP address`,
      "give the host alone, and its port with --port",
    );
  }
  const found = await lookUp(host);
  const best = found.find((it) => !it.includes(":")) ?? found[0];
  if (best !== undefined) return best;
  throw new Problem(
    `no address is known for "${host}"`,
    "check its name, or give its IP address",
  );
}

/** By the system's own means, so that its `hosts` file counts as well. */
async function lookUp(host: string): Promise<readonly string[]> {
  // Only who needs it pays for it at the start.
  const { lookup } = await import("node:dns/promises");
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
