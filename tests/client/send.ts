/**
 * Sends files as `wotftp put` does.
 *
 * @module
 */

import type { Terminal } from "../../lib/client/progress.ts";
import { put, type PutOutcome } from "../../lib/client/put.ts";
import type { PutOrder } from "../../lib/orders.ts";

/** As the command line has it, but for the port. */
const ORDER: Omit<PutOrder, "files" | "port"> = {
  ...{ host: "127.0.0.1", name: undefined, mode: "octet" },
  ...{ blksize: 1_428, windowsize: 16, silenceMs: 30_000 },
};

/** How it went, and all that was printed. */
export interface Sent {
  readonly outcome: PutOutcome;
  readonly lines: readonly string[];
}

/** Sends; the options are those of the command line if they are left out. */
export async function send(
  order: Partial<PutOrder> & Pick<PutOrder, "files" | "port">,
  signal?: AbortSignal,
  terminal?: Terminal,
): Promise<Sent> {
  const lines: string[] = [];
  const outcome = await put({ ...ORDER, ...order }, {
    print: (line) => lines.push(line),
    complain: (message, hint) => lines.push(message, hint),
    terminal,
  }, signal ?? new AbortController().signal);
  return { outcome, lines };
}
