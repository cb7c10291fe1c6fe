/**
 * `wotftp put`: sends files to a TFTP server, one after the other.
 *
 * @module
 */

import { basename } from "@std/path";
import type { PutOrder } from "../orders.ts";
import { Problem } from "../problem.ts";
import { DEFAULT_BLKSIZE } from "../protocol/options.ts";
import type { Option, RequestPacket } from "../protocol/packet.ts";
import type { SendingTerms } from "../protocol/sending_state.ts";
import { findHost } from "./host.ts";
import { showProgress, type Terminal } from "./progress.ts";
import {
  describeError,
  describeFailed,
  describeProgress,
  describeSaved,
  type Errand,
} from "./put_text.ts";
import { openSource, type Source, textSource } from "./source.ts";
import { type Ending, Upload } from "./upload.ts";

/** Where it tells how it goes. */
export interface PutOutput {
  /** Prints a line. */
  print(line: string): void;
  /** Tells what is wrong, and what leads out. */
  complain(message: string, hint: string): void;
  /** Where progress is shown; nowhere if it is left out. */
  readonly terminal: Terminal | undefined;
}

/** How it went; `failed` if any file was not sent. */
export type PutOutcome = "sent" | "failed" | "cancelled";

/** Before anything is known of the server. */
const TIMEOUT_MS = 1_000;
/** A request that is lost is repeated some times before it is given up. */
const TIMEOUTS_IN_SILENCE = 4;
/** A window repeated in vain costs more than this wait. */
const MIN_TIMEOUT_MS = 100;
/** As long as servers grant. */
const DURATION_MS = 24 * 60 * 60 * 1_000;

/**
 * Sends files.
 *
 * @throws {Problem} If there is no such host.
 */
export async function put(
  order: PutOrder,
  output: PutOutput,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const server = { hostname: await findHost(order.host), port: order.port };
  let outcome: PutOutcome = "sent";
  for (const file of order.files) {
    if (signal.aborted) return "cancelled";
    const name = order.name ?? basename(file);
    const ending = await putFile({ file, name, server }, order, output, signal);
    if (ending !== "sent") outcome = "failed";
    // It will be as silent to the next one.
    if (ending === "unheard") break;
  }
  return signal.aborted ? "cancelled" : outcome;
}

async function putFile(
  errand: Errand,
  order: PutOrder,
  output: PutOutput,
  signal: AbortSignal,
): Promise<"sent" | "failed" | "unheard"> {
  try {
    using file = await openSource(errand.file);
    const source = order.mode === "netascii" ? textSource(file) : file;
    const terms = termsFor(errand, order, source);
    const upload = new Upload(terms, errand.server, source);
    const ending = await runShown(errand, source, upload, output, signal);
    const { why } = ending;
    if (why === undefined) {
      output.print(describeSaved(errand, ending));
      return "sent";
    }
    const { message, hint } = describeFailed(errand, ending, why);
    output.complain(message, hint);
    return why.kind === "no-answer" ? "unheard" : "failed";
  } catch (error) {
    const { message, hint } = describeError(errand, error);
    output.complain(message, hint);
    return error instanceof Problem ? "failed" : "unheard";
  }
}

async function runShown(
  errand: Errand,
  { size }: Source,
  upload: Upload,
  { terminal }: PutOutput,
  signal: AbortSignal,
): Promise<Ending> {
  using _ = terminal && showProgress(terminal, () => {
    const bytes = upload.isAnswered ? upload.bytes : undefined;
    return describeProgress(errand, bytes, size, upload.ms);
  });
  return await upload.run(signal);
}

function termsFor(
  { name }: Errand,
  { mode, blksize, windowsize, silenceMs }: PutOrder,
  { size }: Source,
): SendingTerms {
  const request: RequestPacket = {
    kind: "wrq",
    // In UTF-8, each byte a character as the codec has it.
    filename: String.fromCharCode(...new TextEncoder().encode(name)),
    mode,
    options: optionsFor(blksize, windowsize, size),
  };
  const timeoutMs = Math.min(TIMEOUT_MS, silenceMs / TIMEOUTS_IN_SILENCE);
  return {
    request,
    timeoutMs,
    minTimeoutMs: Math.min(MIN_TIMEOUT_MS, timeoutMs),
    silenceMs,
    durationMs: DURATION_MS,
  };
}

/** None at all for who wants what everybody has: old servers trip over any. */
function optionsFor(
  blksize: number,
  windowsize: number,
  size: number | undefined,
): readonly Option[] {
  const asked: Option[] = [];
  const ask = (name: string, value: number) =>
    asked.push({ name, value: `${value}` });
  if (blksize !== DEFAULT_BLKSIZE) ask("blksize", blksize);
  if (windowsize > 1) ask("windowsize", windowsize);
  if (asked.length > 0 && size !== undefined) ask("tsize", size);
  return asked;
}
