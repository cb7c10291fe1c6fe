/**
 * How long a server takes from the start of its process to its first answer.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { type Contestant, launch, type Server, stop } from "./contestant.ts";

/** The time between two requests, and so how exact the outcome is. */
const ASK_EVERY_MS = 5;
/** A server that has not answered by now never will. */
const ANSWER_WITHIN_MS = 10_000;
const LOOPBACK = { transport: "udp", hostname: "127.0.0.1" } as const;

/**
 * Starts a server, waits for its first answer and ends it.
 *
 * @param contestant What to start.
 * @param folder A folder of its own: what a dead run leaves behind would have
 * to be cleared away by the next one.
 * @returns Milliseconds.
 */
export async function timeStart(
  contestant: Contestant,
  folder: string,
): Promise<number> {
  const since = performance.now();
  const server = launch(contestant, folder);
  try {
    await untilAnswering(server);
    return performance.now() - since;
  } finally {
    await stop(server);
  }
}

/**
 * Asks a server to write until anything comes back.
 *
 * @param server A server that was just started.
 * @throws {Error} If it stays silent.
 */
export async function untilAnswering(
  { contestant, port }: Server,
): Promise<void> {
  const socket = Deno.listenDatagram({ ...LOOPBACK, port: 0 });
  const request = encodePacket({
    kind: "wrq",
    filename: "ready",
    mode: "octet",
    options: [],
  });
  const ask = () => {
    // A request that cannot be sent is repeated anyway.
    socket.send(request, { ...LOOPBACK, port }).catch(() => {});
  };
  ask();
  const asking = setInterval(ask, ASK_EVERY_MS);
  const giveUp = setTimeout(() => socket.close(), ANSWER_WITHIN_MS);
  let from: Deno.Addr;
  try {
    [, from] = await socket.receive();
  } catch {
    throw new Error(
      `Cannot start "${contestant.name}": no answer in ${ANSWER_WITHIN_MS} ms`,
    );
  } finally {
    clearInterval(asking);
    clearTimeout(giveUp);
  }
  // No block will come, and the server shall not wait for one.
  const message = "only asking";
  await socket.send(encodePacket({ kind: "error", code: 0, message }), from);
  socket.close();
}
