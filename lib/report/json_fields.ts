/**
 * The log as JSON: what events and fields there are. Names are for good; new ones
 * may come. Receipts and metrics use the same ones.
 *
 * @module
 */

import type { Printed } from "./level.ts";

/** What each field means. */
export const FIELD_MEANINGS = {
  time: "when that was, RFC 3339, UTC",
  level: "error, warning, info or debug",
  event: "one of those above",
  verdict: "stored or failed",
  message: "in words",
  hint: "what leads out",
  client: "the client's IP address",
  client_port: "its UDP port",
  name: "the name it asked for",
  stored_name: "the name in the upload directory",
  mode: "octet or netascii",
  blksize: "size of a block, as granted",
  windowsize: "size of a window, as granted",
  options_asked: "the options of its request, by name",
  options_granted: "those it was granted, by name",
  announced_bytes: "the size that was announced",
  cut_back: "true: smaller blocks than asked for, after a stall",
  replaced_bytes: "the size of the file that was replaced",
  bytes: "what was received",
  sha256: "of the stored file, in hexadecimal",
  seconds: "since the request",
  blocks: "what was received in order",
  requests_repeated: "how often the client repeated its request",
  repeats_in: "blocks that came again or out of order",
  repeats_out: "answers that were sent again",
  round_trip_ms: "mean time from an ACK to the next block",
  reason: "why, in words",
  failure: "why, in one word, such as silent or incomplete",
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
  requests: "requests dropped",
  direction: "in or out",
  packet: "what it holds",
  hex: "its bytes; of a block the first ones",
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

/** The units of the fields that have one. */
export const FIELD_UNITS: Readonly<Partial<Record<FieldName, string>>> = {
  blksize: "bytes",
  windowsize: "blocks",
  "announced_bytes": "bytes",
  "replaced_bytes": "bytes",
  bytes: "bytes",
  seconds: "s",
  blocks: "blocks",
  "round_trip_ms": "ms",
};

/** An event of the log. */
export interface EventEntry {
  /** What it means. */
  readonly meaning: string;
  /** The fields it can have beside {@linkcode COMMON_FIELDS}. */
  readonly fields: readonly FieldName[];
}

/** What every line has. */
export const COMMON_FIELDS: readonly FieldName[] = ["time", "level", "event"];

/** The counts of an upload's packets. */
export const COUNT_FIELDS = [
  "blocks",
  "requests_repeated",
  "repeats_in",
  "repeats_out",
  "round_trip_ms",
] as const satisfies readonly FieldName[];

const CLIENT = ["client", "client_port"] as const;

/** All events; `notice` and `trouble` are what the program itself has to say. */
export const EVENTS: Readonly<Record<Printed["kind"], EventEntry>> = {
  listening: {
    meaning: "the server takes uploads",
    fields: ["address", "port", "urls", "directory"],
  },
  swept: {
    meaning: "unfinished uploads of an earlier run were removed",
    fields: ["parts"],
  },
  left: {
    meaning: "unfinished uploads were left, for their run may live",
    fields: ["parts"],
  },
  directory: {
    meaning: "the upload directory is gone, or it is back",
    fields: ["directory", "available"],
  },
  accepted: {
    meaning: "an upload begins",
    fields: [
      ...[...CLIENT, "name", "mode", "blksize", "windowsize"] as const,
      ...["announced_bytes", "cut_back"] as const,
    ],
  },
  stored: {
    meaning: "a file is saved",
    fields: [
      ...[...CLIENT, "name", "stored_name", "bytes", "seconds"] as const,
      ...["announced_bytes", "replaced_bytes"] as const,
      ...COUNT_FIELDS,
    ],
  },
  refused: {
    meaning: "a request was refused",
    fields: [...CLIENT, "name", "reason", "advice", "answered"],
  },
  denied: {
    meaning: "a write request came from an address that is not served",
    fields: [...CLIENT, "reason"],
  },
  failed: {
    meaning: "an upload ended without a file",
    fields: [
      ...[...CLIENT, "name", "bytes", "seconds", "failure", "reason"] as const,
      ...["trouble", "cause", "advice", "error_code", "proven"] as const,
      ...COUNT_FIELDS,
    ],
  },
  more: {
    meaning: "so many were not told one by one, in the last minute",
    fields: ["network", "refused", "denied", "silent"],
  },
  unread: {
    meaning: "so many requests were dropped in a flood, in the last minute",
    fields: ["requests"],
  },
  ignored: {
    meaning: "a datagram got no answer (`--verbose 2`)",
    fields: [...CLIENT, "reason"],
  },
  packet: {
    meaning: "a packet came or went (`--verbose 2`)",
    fields: [...CLIENT, "direction", "packet", "hex"],
  },
  idle: { meaning: "nothing has happened for ten seconds", fields: [] },
  stopping: { meaning: "no more requests are taken", fields: ["uploads"] },
  expected: {
    meaning: "who has come of those that were waited for",
    fields: ["stored", "wanted", "arrived", "missing"],
  },
  stopped: { meaning: "the server has ended in order", fields: [] },
  notice: { meaning: "something you may want to know", fields: ["message"] },
  trouble: {
    meaning: "something is wrong with the server itself",
    fields: ["message", "hint"],
  },
};
