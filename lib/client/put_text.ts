/**
 * Every line `wotftp put` prints. What comes from the network is escaped.
 *
 * @module
 */

import { formatEndpoint, type Peer, plainAddress } from "../policy/address.ts";
import { Problem, textOf } from "../problem.ts";
import { ErrorCode } from "../protocol/packet.ts";
import type { SendingFailure } from "../protocol/sending_state.ts";
import { quote, secondsText, sizeOf } from "../report/words.ts";
import { STDIN } from "./source.ts";
import type { Ending } from "./upload.ts";

/** A file and where it goes. */
export interface Errand {
  /** The file as it was named. */
  readonly file: string;
  /** Its name at the server. */
  readonly name: string;
  /** The server. */
  readonly server: Peer;
}

const NO_BLOCK_HINT =
  "is a firewall between? or are blocks too large for the way? try " +
  "--blksize 512";

/** What leads out of an ERROR, by its code. */
const HINTS: ReadonlyMap<number, string> = new Map([
  [ErrorCode.FILE_NOT_FOUND, "many servers take only files they have already"],
  [ErrorCode.ACCESS_VIOLATION, "look what the server may store, and where"],
  [ErrorCode.DISK_FULL, "make room at the server, or raise its limit"],
  [ErrorCode.FILE_EXISTS, "give it another name with --name"],
]);

/** Tells of a file that is saved. */
export function describeSaved(errand: Errand, { bytes, ms }: Ending): string {
  const { file, name, server } = errand;
  const as = file === name ? "" : ` as ${quote(name)}`;
  const seconds = ms / 1_000;
  return `wotftp: sent ${titleOf(file)}${as} to ${endpointOf(server)} ` +
    `(${bytes} bytes in ${secondsText(seconds)}, ` +
    `${sizeOf(bytes / seconds)}/s)`;
}

/** Tells of a file that is not, and what leads out. */
export function describeFailed(
  { file, server }: Errand,
  ending: Ending,
  why: SendingFailure,
): Problem {
  const [message, hint] = explain(server, ending, why);
  return new Problem(`cannot send ${titleOf(file)}: ${message}`, hint);
}

/** Tells of something that went wrong on this side. */
export function describeError({ server }: Errand, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Deno.errors.NotCapable) {
    return new Problem(
      `this program may not send to ${endpointOf(server)}`,
      "it was compiled or started with narrower rights",
    );
  }
  const message = textOf(error);
  return new Problem(
    `cannot send to ${endpointOf(server)}: ${message}`,
    "check the address, and this machine's network",
  );
}

/**
 * Tells how far a file has come, in one line of a terminal.
 *
 * @param bytes What was acknowledged; `undefined` before the server answered.
 * @param size Bytes in all, if that is known.
 * @param ms Since the start.
 */
export function describeProgress(
  { file, server }: Errand,
  bytes: number | undefined,
  size: number | undefined,
  ms: number,
): string {
  if (bytes === undefined) {
    return `${titleOf(file)}: waiting for ${endpointOf(server)} to answer`;
  }
  const share = size === undefined || size === 0
    ? []
    : [`${Math.floor(bytes * 100 / size)}%`];
  const rate = `${sizeOf(bytes * 1_000 / Math.max(ms, 1))}/s`;
  return `${titleOf(file)}: ${[...share, sizeOf(bytes), rate].join(", ")}`;
}

function explain(
  server: Peer,
  { bytes, otherHost }: Ending,
  why: SendingFailure,
): readonly [message: string, hint: string] {
  const endpoint = endpointOf(server);
  switch (why.kind) {
    case "no-answer": {
      if (otherHost !== undefined) {
        const other = plainAddress(otherHost);
        return [
          `${endpoint} does not answer, but ${other} does`,
          `if that is the same server, send to ${other}`,
        ];
      }
      if (why.gotNonsense) {
        return [
          `${endpoint} answers, but not as a TFTP server does`,
          "check the host and --port",
        ];
      }
      return [
        `no answer from ${endpoint}`,
        "is a server running there? does a firewall let UDP through, also " +
        "from the other ports it answers from?",
      ];
    }
    case "silent":
      if (why.sentAll) {
        return [
          `${endpoint} never said that it has the end of it`,
          "it may be saved or not: look there, or send it again" +
          (bytes === 0 ? `; if not, ${NO_BLOCK_HINT}` : ""),
        ];
      }
      if (bytes === 0) {
        return [`${endpoint} answered, but no block gets there`, NO_BLOCK_HINT];
      }
      return [
        `${endpoint} fell silent after ${bytes} bytes`,
        "check the network and the server's log, and send it again",
      ];
    case "too-long":
      return ["it takes too long", "give up, or split it"];
    case "refused":
      return [
        `${endpoint} answers with error ${why.code} ${quote(why.message)}`,
        HINTS.get(why.code) ?? "the server's log may tell more",
      ];
    case "bad-grant":
      return [
        `${endpoint} breaks the rules: ${quote(why.reason)}`,
        "--blksize 512 --windowsize 1 asks for no options at all",
      ];
    case "cancelled":
      return [why.message, "send it again"];
  }
}

function titleOf(file: string): string {
  return file === STDIN ? "the standard input" : quote(file);
}

function endpointOf({ hostname, port }: Peer): string {
  return formatEndpoint(hostname, port);
}
