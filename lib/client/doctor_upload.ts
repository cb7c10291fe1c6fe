/**
 * Small uploads to try a server with.
 *
 * @module
 */

import type { Mode } from "../protocol/request.ts";
import type { SendingTerms } from "../protocol/sending_state.ts";
import type { Source } from "./source.ts";
import { type Ending, type Server, Upload } from "./upload.ts";

/** A server on the same machine answers in a few milliseconds, or the disk waits. */
const SILENCE_MS = 5_000;
/** Whoever may be somebody else is not waited for. */
const STRANGER_SILENCE_MS = 1_000;
const MIN_TIMEOUT_MS = 100;
const TIMEOUT_MS = 500;
const OCTET: Mode = "octet";

/**
 * Uploads some bytes, in blocks of 512 bytes and without any option, as the
 * oldest devices do.
 *
 * @param server The server.
 * @param name The name to ask for.
 * @param bytes What is sent.
 * @param signal Breaks it off.
 */
export async function uploadBytes(
  server: Server,
  name: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Ending> {
  const terms = termsFor("wrq", name, SILENCE_MS);
  const upload = new Upload(terms, server, new BytesSource(bytes));
  const cancel = () => upload.cancel("cancelled");
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  return await upload.run()
    .finally(() => signal.removeEventListener("abort", cancel));
}

/**
 * Asks a server for a file it does not have. Nothing becomes of that, whoever it
 * is.
 *
 * @param server The server.
 * @returns How it refuses; `undefined` if it does not.
 */
export async function askToRead(server: Server): Promise<string | undefined> {
  const terms = termsFor("rrq", "wotftp-doctor", STRANGER_SILENCE_MS);
  const nothing = new BytesSource(new Uint8Array(0));
  const { why } = await new Upload(terms, server, nothing).run();
  return why?.kind === "refused" ? why.message : undefined;
}

/** Bytes that are in memory. */
class BytesSource implements Source {
  readonly size: number;
  #left: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.size = bytes.length;
    this.#left = bytes;
  }

  read(into: Uint8Array): Promise<number | null> {
    const some = this.#left.subarray(0, into.length);
    into.set(some);
    this.#left = this.#left.subarray(some.length);
    return Promise.resolve(some.length === 0 ? null : some.length);
  }

  [Symbol.dispose](): void {}
}

function termsFor(
  kind: "rrq" | "wrq",
  filename: string,
  silenceMs: number,
): SendingTerms {
  return {
    request: { kind, filename, mode: OCTET, options: [] },
    timeoutMs: TIMEOUT_MS,
    minTimeoutMs: MIN_TIMEOUT_MS,
    silenceMs,
    durationMs: 2 * silenceMs,
  };
}
