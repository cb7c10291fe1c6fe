/**
 * The log as JSON, one object a line. It holds nothing but printable ASCII,
 * whatever a client sends.
 *
 * @module
 */

import type { Verbosity } from "../config.ts";
import { plainAddress } from "../policy/address.ts";
import { adviseRefusal } from "../policy/refusal_advice.ts";
import type { Report } from "./event.ts";
import { describeFailure } from "./failure_text.ts";
import type { FieldName } from "./json_fields.ts";
import { countFields, jsonText, rounded } from "./json_text.ts";
import { type Printed, reportAt, type Severity } from "./level.ts";
import { describePacket } from "./packet_text.ts";
import { networkText, urlsOf } from "./network_text.ts";

/** Longer texts are cut: a line should stay a line. */
const MAX_TEXT = 255;
/** Of a block, the first bytes show what it is. */
const DATA_BYTES = 50;

/** What is said of an event, behind its time, level and name. */
export type Fields = {
  readonly [F in FieldName]?:
    | string
    | number
    | boolean
    | readonly string[]
    | undefined;
};

/**
 * Makes a report that prints JSON.
 *
 * @param epoch Says what time it is, milliseconds since 1970.
 * @param print Prints one line; no line break at its end.
 */
export function jsonReport(
  verbosity: Verbosity,
  epoch: () => number,
  print: (line: string) => void,
): Report {
  return reportAt(verbosity, (event, severity) => {
    print(jsonLine(epoch(), severity, event.kind, fieldsOf(event)));
  });
}

/**
 * Writes a line.
 *
 * @param epochMs When, milliseconds since 1970.
 */
export function jsonLine(
  epochMs: number,
  level: Severity,
  event: Printed["kind"],
  fields: Fields,
): string {
  const time = new Date(epochMs).toISOString();
  return jsonText({ time, level, event, ...fields });
}

function fieldsOf(event: Printed): Fields {
  if ("peer" in event) {
    const { hostname, port } = event.peer;
    return {
      client: plainAddress(hostname),
      client_port: port,
      name: "filename" in event ? cut(event.filename) : undefined,
      ...fieldsOfPeer(event),
    };
  }
  switch (event.kind) {
    case "listening":
      return {
        address: event.hostnames.join(" "),
        port: event.port,
        urls: urlsOf(event.addresses, event.port),
        directory: event.directory,
      };
    case "swept":
    case "left":
      return { parts: event.parts };
    case "directory":
      return { directory: event.path, available: event.isThere };
    case "more":
      return { network: networkText(event.network), ...event.counts };
    case "unread":
      return { requests: event.requests };
    case "stopping":
      return { uploads: event.uploads };
    case "expected":
      return {
        stored: event.stored,
        wanted: event.count,
        arrived: event.arrived.map(({ pattern }) => pattern),
        missing: event.missing,
      };
    case "notice":
    case "trouble":
      return { message: event.message };
    case "idle":
    case "stopped":
      return {};
  }
}

function fieldsOfPeer(event: Extract<Printed, { peer: unknown }>): Fields {
  switch (event.kind) {
    case "accepted": {
      const { mode, blksize, windowsize, tsize, isCutBack } = event;
      return {
        ...{ mode, blksize, windowsize },
        announced_bytes: tsize,
        cut_back: isCutBack ? true : undefined,
      };
    }
    case "stored":
      return {
        stored_name: event.storedName,
        ...{ bytes: event.bytes, seconds: rounded(event.seconds) },
        announced_bytes: event.announced,
        replaced_bytes: event.replacedBytes,
        ...countFields(event.counts),
      };
    case "refused": {
      const { filename, isAnswered, reason } = event;
      return {
        reason,
        advice: adviseRefusal(reason, filename),
        answered: isAnswered,
      };
    }
    case "failed":
      return {
        ...{ bytes: event.bytes, seconds: rounded(event.seconds) },
        failure: event.why.kind,
        reason: describeFailure(event.why),
        trouble: event.trouble,
        ...event.diagnosis,
        error_code: event.code,
        proven: event.isProven,
        ...countFields(event.counts),
      };
    case "denied":
    case "ignored":
      return { reason: event.reason };
    case "packet": {
      const shown = event.packet.kind === "data"
        ? event.bytes.subarray(0, DATA_BYTES)
        : event.bytes;
      return {
        direction: event.direction,
        packet: describePacket(event.packet),
        hex: hexOf(shown),
      };
    }
  }
}

function cut(text: string | undefined): string | undefined {
  return text !== undefined && text.length > MAX_TEXT
    ? `${text.slice(0, MAX_TEXT)}...`
    : text;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
