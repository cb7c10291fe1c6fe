/**
 * Write requests as from forged addresses: nobody reads the answers and no data
 * follows.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { writeRequest } from "../server/peer.ts";
import { Mailbox } from "./mailbox.ts";

/** Fewer than the receive buffer of the listening port holds. */
const BATCH = 64;
/** An answer that takes longer is lost. */
const ANSWER_WITHIN_MS = 100;

/**
 * Sends requests, each from a port of its own, from all the addresses that are
 * allowed.
 *
 * @param port The server's.
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
    const sockets = Array.from(
      { length: size },
      (_, i) => new Mailbox(addresses[(sent / BATCH + i) % addresses.length]),
    );
    await Promise.all(
      sockets.map((socket, i) => socket.send(request(sent + i), port)),
    );
    // The answer to the last one shows that the buffer has room again.
    if (isPaced) await sockets.at(-1)?.next(ANSWER_WITHIN_MS);
    await Promise.all(sockets.map((socket) => socket.close()));
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
