/**
 * Small uploads to try a server with.
 *
 * @module
 */

import type { Peer } from "../policy/address.ts";
import type { SendingTerms } from "../protocol/sending_state.ts";
import type { Source } from "./source.ts";
import { type Ending, Upload } from "./upload.ts";

/** A server on the same machine answers in a few milliseconds, or the disk waits. */
const SILENCE_MS = 5_000;
/** Whoever may be somebody else is not waited for. */
const STRANGER_SILENCE_MS = 1_000;
const MIN_TIMEOUT_MS = 100;
const TIMEOUT_MS = 500;

/**
 * Uploads some bytes, in blocks of 512 bytes and without any option, as the
 * oldest devices do.
 */
export async function uploadBytes(
  server: Peer,
  name: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Ending> {
  const terms = termsFor("wrq", name, SILENCE_MS);
  return await new Upload(terms, server, bytesSource(bytes)).run(signal);
}

/**
 * Asks a server for a file it does not have. Nothing becomes of that, whoever it
 * is.
 *
 * @returns How it refuses; `undefined` if it does not.
 */
export async function askToRead(server: Peer): Promise<string | undefined> {
  const terms = termsFor("rrq", "wotftp-doctor", STRANGER_SILENCE_MS);
  const nothing = bytesSource(new Uint8Array(0));
  const { why } = await new Upload(terms, server, nothing).run();
  return why?.kind === "refused" ? why.message : undefined;
}

/** Bytes that are in memory. */
function bytesSource(bytes: Uint8Array): Source {
  let left = bytes;
  return {
    size: bytes.length,
    read(into) {
      const some = left.subarray(0, into.length);
      into.set(some);
      left = left.subarray(some.length);
      return Promise.resolve(some.length === 0 ? null : some.length);
    },
    [Symbol.dispose]() {},
  };
}

function termsFor(
  kind: "rrq" | "wrq",
  filename: string,
  silenceMs: number,
): SendingTerms {
  return {
    request: { kind, filename, mode: "octet", options: [] },
    timeoutMs: TIMEOUT_MS,
    minTimeoutMs: MIN_TIMEOUT_MS,
    silenceMs,
    durationMs: 2 * silenceMs,
  };
}
