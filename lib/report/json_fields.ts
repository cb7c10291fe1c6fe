/**
 * The log as JSON: what events and fields there are. Names are for good; new ones
 * may come.
 *
 * @module
 */

import type { Printed } from "./level.ts";

/** What each event means; `log` is what the program itself has to say. */
export const EVENT_MEANINGS: Readonly<Record<Printed["kind"], string>> = {
  listening: "the server takes uploads",
  swept: "unfinished uploads of an earlier run were removed",
  left: "unfinished uploads were left, for their run may live",
  directory: "the upload directory is gone, or it is back",
  accepted: "an upload begins",
  stored: "a file is saved",
  refused: "a request was refused",
  denied: "a write request came from an address that is not served",
  failed: "an upload ended without a file",
  more: "so many were not told one by one, in the last minute",
  ignored: "a datagram got no answer (--verbose 2)",
  packet: "a packet came or went (--verbose 2)",
  idle: "nothing has happened for ten seconds",
  stopping: "no more requests are taken",
  expected: "who has come of those that were waited for",
  stopped: "the server has ended in order",
  notice: "something you may want to know",
  trouble: "something is wrong with the server itself",
};

/** What each field means. */
export const FIELD_MEANINGS = {
  time: "when it was told, RFC 3339, UTC, milliseconds",
  level: "error, warning, info or debug",
  event: "what happened, see above",
  message: "in words",
  hint: "what leads out",
  client: "the client's IP address",
  client_port: "its UDP port",
  name: "the name it asked for",
  stored_name: "the name in the upload directory",
  mode: "octet or netascii",
  blksize: "bytes of a block, as granted",
  windowsize: "blocks of a window, as granted",
  announced_bytes: "the size that was announced",
  cut_back: "true: smaller blocks than asked for, after a stall",
  replaced_bytes: "the size of the file that was replaced",
  bytes: "bytes received",
  seconds: "since the request",
  blocks: "blocks received in order",
  requests_repeated: "how often the client repeated its request",
  repeats_in: "blocks that came again or out of order",
  repeats_out: "answers that were sent again",
  round_trip_ms: "mean time from an ACK to the next block",
  reason: "why, in words",
  failure: "why, in one word",
  trouble: "what went wrong in storage",
  error_code: "the code of the ERROR that the client was sent",
  cause: "what probably happened",
  advice: "what to try",
  answered: "whether the client was told",
  proven: "whether a block came; if not, the client may be forged",
  network: "where they came from; none: from everywhere else",
  refused: "requests refused",
  denied: "requests from addresses that are not served",
  silent: "requests without data",
  direction: "in or out",
  packet: "what it holds",
  hex: "its bytes",
  address: "the address it listens on",
  port: "the port it listens on",
  urls: "where it can be reached",
  directory: "the upload directory",
  available: "whether it is there",
  uploads: "uploads under way",
  parts: "how many",
  stored: "files stored",
  wanted: "files that were waited for",
  arrived: "who has come",
  missing: "who has not",
} as const satisfies Readonly<Record<string, string>>;

/** The name of a field. */
export type FieldName = keyof typeof FIELD_MEANINGS;
