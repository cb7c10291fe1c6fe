/**
 * Looks at the network as a server would use it.
 *
 * @module
 */

import { formatEndpoint } from "../policy/address.ts";
import { familiesOf, type ListeningRules } from "../policy/listening.ts";
import { explainListen } from "../threads/explain.ts";
import { ownAddresses } from "../threads/own_addresses.ts";
import type { Found } from "./doctor_text.ts";
import { askToRead } from "./doctor_upload.ts";

/** Nobody else has it, so whoever runs there refuses to send it. */
const READ_REFUSED = "write requests only";
const RMEM_DEFAULT = "/proc/sys/net/core/rmem_default";
/** What holds hundreds of clients that ask in the same moment. */
const AMPLE_BYTES = 8_388_608;
/** A small request; the kernel counts so much for it. */
const REQUEST_BYTES = 64;
const BYTES_COUNTED = 832;
/** As many as the buffers of all common systems hold unless it was raised. */
const COMMON_REQUESTS = 256;
/** Enough to see that it was raised. */
const MOST_REQUESTS = 4_096;
/** What the kernel has is there at once. */
const QUIET_MS = 100;

/**
 * Finds the addresses that a server can be reached at.
 *
 * @returns One at least, the best first; without the right to look, that of this
 * machine for itself.
 */
export function addressesOf(rules: ListeningRules): string[] {
  const { ipv4, ipv6 } = familiesOf(rules);
  const own = ownAddresses(rules);
  const self = own.length > 0
    ? own
    : ipv4
    ? ["127.0.0.1"]
    : ipv6
    ? ["::1"]
    : [];
  const named = rules.hostnames.filter((it) => selfOf(it) === it);
  return [...new Set([...self, ...named])];
}

/**
 * Looks whether a port is free and may be listened on; 0 is any.
 *
 * @throws {Problem} Why it cannot be had.
 */
export async function checkPort(
  hostnames: readonly string[],
  port: number,
): Promise<Found> {
  for (const hostname of hostnames) {
    const endpoint = formatEndpoint(hostname, port);
    try {
      Deno.listenDatagram({ transport: "udp", hostname, port }).close();
    } catch (error) {
      if (
        error instanceof Deno.errors.AddrInUse &&
        await isTakenByServer(hostname, port)
      ) {
        return {
          verdict: "warning",
          message: `a server that only receives listens on ${endpoint} already`,
          hint:
            "all is well if that is yours; stop it before you start another",
        };
      }
      throw error instanceof Error
        ? explainListen(error, hostname, port)
        : error;
    }
  }
  const endpoints = hostnames.map((it) => formatEndpoint(it, port)).join(", ");
  return {
    verdict: "ok",
    message: `${endpoints} ${hostnames.length === 1 ? "is" : "are"} free and ` +
      "may be listened on",
  };
}

/** Looks how many requests the kernel keeps while the server is busy. */
export async function checkBuffer(): Promise<Found> {
  const hint = Deno.build.os === "linux"
    ? "for more clients at once: sudo sysctl -w " +
      `net.core.rmem_default=${AMPLE_BYTES}`
    : undefined;
  const bytes = await readDefault();
  if (bytes !== undefined) {
    return {
      verdict: bytes < COMMON_REQUESTS * BYTES_COUNTED ? "warning" : "ok",
      message: `${RMEM_DEFAULT} is ${bytes}`,
      hint: bytes < AMPLE_BYTES ? hint : undefined,
    };
  }
  const requests = await countKept();
  const kept = requests < MOST_REQUESTS ? `${requests}` : `${requests} or more`;
  return {
    verdict: requests < COMMON_REQUESTS ? "warning" : "ok",
    message: `it keeps ${kept} small requests, as was tried; ` +
      `${RMEM_DEFAULT} cannot be read`,
    hint: requests < MOST_REQUESTS ? hint : undefined,
  };
}

/** How this machine itself reaches what it listens on. */
function selfOf(hostname: string): string {
  return hostname === "0.0.0.0"
    ? "127.0.0.1"
    : hostname === "::"
    ? "::1"
    : hostname;
}

async function isTakenByServer(
  hostname: string,
  port: number,
): Promise<boolean> {
  const server = { hostname: selfOf(hostname), port };
  const answer = await askToRead(server).catch(() => "");
  return answer?.includes(READ_REFUSED) ?? false;
}

/** Deno gives it to those only who may do everything. */
async function readDefault(): Promise<number | undefined> {
  try {
    const text = await Deno.readTextFile(RMEM_DEFAULT);
    return /^\d+\n$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Sends to itself more than it reads, and counts what was kept. */
async function countKept(): Promise<number> {
  const own = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
  const to = Deno.listenDatagram(own);
  const from = Deno.listenDatagram(own);
  try {
    const request = new Uint8Array(REQUEST_BYTES);
    for (let i = 0; i < MOST_REQUESTS; i++) await from.send(request, to.addr);
    return await countUntilQuiet(to);
  } finally {
    from.close();
    to.close();
  }
}

async function countUntilQuiet(socket: Deno.DatagramConn): Promise<number> {
  for (let count = 0;; count++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, QUIET_MS);
    const received = socket.receive();
    // The last one waits until the socket is closed.
    received.catch(() => {});
    const datagram = await Promise.race([received, promise]);
    clearTimeout(timer);
    if (datagram === undefined) return count;
  }
}
