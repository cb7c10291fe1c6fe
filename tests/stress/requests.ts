/**
 * Write requests as from forged addresses: nobody reads the answers and no data
 * follows.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { writeRequest } from "../peer.ts";
import { Client } from "./client.ts";

/** Fewer than the receive buffer of the listening port holds. */
const BATCH = 64;
/** An answer that takes longer is lost. */
const ANSWER_WITHIN_MS = 100;

/**
 * Sends requests, each from a port of its own, from all the addresses that are
 * allowed.
 *
 * @param port The port of a server that listens on all addresses.
 * @param requests How many.
 * @param isPaced Whether to wait until the server has taken what was sent.
 */
export async function sendRequests(
  port: number,
  requests: number,
  isPaced: boolean,
): Promise<void> {
  const addresses = usableAddresses();
  for (let sent = 0; sent < requests; sent += BATCH) {
    const size = Math.min(BATCH, requests - sent);
    const clients = Array.from(
      { length: size },
      (_, i) =>
        new Client(port, addresses[(sent / BATCH + i) % addresses.length]),
    );
    await Promise.all(
      clients.map((client, i) => client.sendBytes(request(sent + i))),
    );
    // The answer to the last one shows that the buffer has room again.
    if (isPaced) await clients.at(-1)?.received(ANSWER_WITHIN_MS);
    await Promise.all(clients.map((it) => it[Symbol.asyncDispose]()));
  }
}

/** All that could make the server set something aside for it. */
function request(i: number): Uint8Array {
  return encodePacket(writeRequest(`flood-${i}`, {
    blksize: "65464",
    windowsize: "65535",
    tsize: "1000",
    timeout: "255",
  }));
}

/**
 * Clients elsewhere come from many addresses, too. Not the one of the real
 * clients here: one of them might get the port of a forged request, and with it
 * the answer.
 */
function usableAddresses(): string[] {
  return Array.from({ length: 20 }, (_, i) => `127.0.0.${i + 2}`)
    .filter((host) =>
      Deno.permissions.querySync({ name: "net", host }).state === "granted"
    );
}
