/**
 * Every line the server prints. Lines go to standard error, begin with the
 * program's name, and hold nothing from the network that is not escaped.
 *
 * @module
 */

import { formatEndpoint } from "../policy/address.ts";
import type { Packet } from "../protocol/packet.ts";
import type { Failure } from "../protocol/transfer_state.ts";
import type { Event, Report } from "./event.ts";
import { hexDump } from "./hex_dump.ts";

/** How much is printed: serious errors, uploads, packets. */
export type Verbosity = 0 | 1 | 2;

/** A name or message longer than this is cut: a line should stay a line. */
const MAX_QUOTED = 255;

/**
 * Makes a report that prints.
 *
 * @param verbosity How much.
 * @param print Prints one line; no line break at its end.
 */
export function textReport(
  verbosity: Verbosity,
  print: (line: string) => void,
): Report {
  return {
    packets: verbosity >= 2,
    add(event) {
      if (verbosity >= levelOf(event)) print(describe(event));
    },
  };
}

/**
 * Puts a text from the network into quotes.
 *
 * @param text Any text, each character one byte.
 * @returns The text with every character that is not printable ASCII escaped.
 */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED ? text.slice(0, MAX_QUOTED) : text;
  const escaped = cut.replace(
    /[^\x20-\x7e]|["\\]/g,
    (character) =>
      character === '"' || character === "\\"
        ? `\\${character}`
        : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return cut === text ? `"${escaped}"` : `"${escaped}"...`;
}

/** The verbosity from which on an event is printed. */
function levelOf(event: Event): Verbosity {
  switch (event.kind) {
    case "trouble":
      return 0;
    case "failed":
      return event.trouble === undefined ? 1 : 0;
    case "packet":
    case "ignored":
      return 2;
    case "listening":
    case "swept":
    case "refused":
    case "denied":
    case "accepted":
    case "stored":
    case "idle":
    case "stopping":
    case "stopped":
      return 1;
  }
}

function describe(event: Event): string {
  switch (event.kind) {
    case "idle":
      return `Idle at ${event.at}`;
    case "packet":
      return event.bytes.length === 0
        ? describeLine(event)
        : `${describeLine(event)}\n${hexDump(event.bytes)}`;
    default:
      return describeLine(event);
  }
}

function describeLine(event: Exclude<Event, { kind: "idle" }>): string {
  if ("peer" in event) {
    const { hostname, port } = event.peer;
    return `wotftp: ${formatEndpoint(hostname, port)} ${describeDeed(event)}`;
  }
  switch (event.kind) {
    case "listening": {
      const { hostname, port, directory } = event;
      return `wotftp: listening on ${formatEndpoint(hostname, port)}, ` +
        `storing in ${directory}`;
    }
    case "swept":
      return `wotftp: removed ${
        count(event.parts, "unfinished upload")
      } of an earlier run`;
    case "stopping":
      return event.uploads === 0
        ? "wotftp: stopping"
        : `wotftp: stopping once ${count(event.uploads, "upload")} ended; ` +
          "interrupt again to stop at once";
    case "stopped":
      return "wotftp: stopped";
    case "trouble":
      return `wotftp: error: ${event.message}`;
  }
}

function describeDeed(event: Extract<Event, { peer: unknown }>): string {
  switch (event.kind) {
    case "accepted": {
      const terms = [
        event.mode,
        `blksize ${event.blksize}`,
        ...(event.windowsize > 1 ? [`windowsize ${event.windowsize}`] : []),
        ...(event.tsize === undefined
          ? []
          : [`${event.tsize} bytes announced`]),
      ];
      return `accepted ${quote(event.filename)} (${terms.join(", ")})`;
    }
    case "stored": {
      const { filename, storedName, bytes, announced } = event;
      const as = storedName === filename ? "" : ` as ${quote(storedName)}`;
      const short = announced === undefined
        ? ""
        : `, but ${announced} were announced`;
      return `stored ${quote(filename)}${as} ` +
        `(${count(bytes, "byte")} in ${seconds(event.seconds)}${short})`;
    }
    case "refused":
      return `refused ${
        event.filename === undefined ? "request" : quote(event.filename)
      }: ${event.reason}`;
    case "denied":
      return `denied: ${event.reason}`;
    case "failed":
      return `failed ${quote(event.filename)} after ` +
        `${count(event.bytes, "byte")} in ${seconds(event.seconds)}: ` +
        (event.trouble ?? describeFailure(event.why));
    case "ignored":
      return `ignored: ${event.reason}`;
    case "packet":
      return `${event.direction === "in" ? ">" : "<"} ${
        describePacket(event.packet)
      }`;
  }
}

function describeFailure(why: Failure): string {
  switch (why.kind) {
    case "silent":
      return "client fell silent";
    case "too-long":
      return "took too long";
    case "too-large":
      return `file exceeds the limit of ${count(why.maxBytes, "byte")}`;
    case "numbered-from-zero":
      return "client numbers its blocks from 0 instead of 1";
    case "oversize-block":
      return `block of ${why.bytes} bytes exceeds the blksize`;
    case "evicted":
      return "no data came and the server is full";
    case "superseded":
      return "client asked for another upload from the same port";
    case "client-error":
      return `client sent error ${why.code} ${quote(why.message)}`;
    case "server":
      return why.message;
  }
}

function describePacket(packet: Packet): string {
  switch (packet.kind) {
    case "rrq":
    case "wrq":
      return `${packet.kind === "rrq" ? "RRQ" : "WRQ"} ` +
        `${quote(packet.filename)} ${quote(packet.mode)}` +
        describeOptions(packet.options);
    case "data":
      return `DATA block ${packet.block}, ${
        count(packet.payload.length, "byte")
      }`;
    case "ack":
      return `ACK block ${packet.block & 0xffff}`;
    case "error":
      return `ERROR ${packet.code} ${quote(packet.message)}`;
    case "oack":
      return `OACK${describeOptions(packet.options)}`;
    case "malformed":
      return `malformed packet: ${packet.reason}`;
  }
}

function describeOptions(
  options: readonly { readonly name: string; readonly value: string }[],
): string {
  return options.map(({ name, value }) => ` ${quote(name)}=${quote(value)}`)
    .join("");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}
