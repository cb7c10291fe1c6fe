/**
 * Every line the server prints. Lines go to standard error, begin with the
 * program's name, and hold nothing from the network that is not escaped.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import type { Verbosity } from "../config.ts";
import { formatEndpoint } from "../policy/address.ts";
import { adviseRefusal } from "../policy/refusal_advice.ts";
import type { ExpectedReport } from "../policy/expected.ts";
import type { Folded, Report } from "./event.ts";
import { describeDiagnosis, describeFailure } from "./failure_text.ts";
import { type Printed, reportAt, type Severity } from "./level.ts";
import { listUrls, networkText, urlsOf } from "./network_text.ts";
import { describePacket, hexDump } from "./packet_text.ts";
import { count, quote, secondsText } from "./words.ts";

/** Of a block, the first rows show what it is; the others would bury the line. */
const DATA_ROWS = 5;

/**
 * Makes a report that prints.
 *
 * @param print Prints a text of one line or more; no line break at its end.
 */
export function textReport(
  verbosity: Verbosity,
  print: (line: string, severity: Severity) => void,
): Report {
  return reportAt(
    verbosity,
    (event, severity) => print(describe(event), severity),
  );
}

function describe(event: Printed): string {
  if (event.kind === "idle") {
    return `Idle at ${format(new Date(event.epochMs), "HH:mm:ss")}`;
  }
  const lines = [linesOf(event)].flat().map((line) => `wotftp: ${line}`);
  if (event.kind === "packet") {
    const rows = event.packet.kind === "data" ? DATA_ROWS : Infinity;
    lines.push(...hexDump(event.bytes, rows));
  }
  return lines.join("\n");
}

/** One line or more, without the program's name. */
function linesOf(
  event: Exclude<Printed, { kind: "idle" }>,
): string | string[] {
  if ("peer" in event) {
    const { hostname, port } = event.peer;
    return `${formatEndpoint(hostname, port)} ${describeDeed(event)}`;
  }
  switch (event.kind) {
    case "listening": {
      const { addresses, hostnames, port, directory } = event;
      const where = hostnames.map((it) => formatEndpoint(it, port)).join(", ");
      const listening = `listening on ${where}, storing in ${directory}`;
      if (addresses.length === 0) return listening;
      return [listening, `reachable at ${listUrls(urlsOf(addresses, port))}`];
    }
    case "swept": {
      const parts = count(event.parts, "unfinished upload");
      return `removed ${parts} of an earlier run`;
    }
    case "left": {
      const parts = count(event.parts, "unfinished upload");
      return `left ${parts} whose run cannot be told dead`;
    }
    case "directory":
      return event.isThere
        ? `the upload directory ${event.path} is back; taking uploads again`
        : `error: the upload directory ${event.path} is gone, or another one ` +
          "is in its place; refusing uploads until it is back (or restart to " +
          "use what is there)";
    case "stopping":
      return event.uploads === 0
        ? "stopping"
        : `stopping once ${count(event.uploads, "upload")} ended; interrupt ` +
          "again to stop at once";
    case "expected":
      return describeExpected(event);
    case "stopped":
      return "stopped";
    case "more": {
      const network = networkText(event.network) ?? "other networks";
      return `${network}: ${describeCounts(event.counts)}`;
    }
    case "unread":
      return `${count(event.requests, "request")} dropped in a flood; a ` +
        "client that repeats its own is served";
    case "notice":
      return event.message;
    case "trouble":
      return `error: ${event.message}`;
  }
}

function describeExpected(
  { stored, count: files, arrived, missing }: ExpectedReport,
): string[] {
  const all = arrived.length + missing.length;
  const sums = [
    ...(files === undefined ? [] : [`stored ${stored} of ${files} files`]),
    ...(all === 0 ? [] : [`${arrived.length} of ${all} expected have come`]),
  ];
  return [
    sums.join(", "),
    ...arrived.map(({ pattern, hostname, storedName }) =>
      `came: ${quote(pattern)}, ${quote(storedName)} from ${hostname}`
    ),
    ...missing.map((pattern) => `missing: ${quote(pattern)}`),
  ];
}

function describeCounts(counts: Readonly<Record<Folded, number>>): string {
  const { refused, denied, silent } = counts;
  const parts = [
    [refused, "refused"],
    [denied, "denied"],
    [silent, "without data"],
  ] as const;
  return parts.filter(([count]) => count > 0)
    .map(([count, what]) => `${count} more ${what}`).join(", ");
}

function describeDeed(event: Extract<Printed, { peer: unknown }>): string {
  switch (event.kind) {
    case "accepted": {
      const terms: string[] = [event.mode, `blksize ${event.blksize}`];
      if (event.windowsize > 1) terms.push(`windowsize ${event.windowsize}`);
      if (event.tsize !== undefined) {
        terms.push(`${event.tsize} bytes announced`);
      }
      const retry = event.isCutBack
        ? `; retry after a stall: granting blksize ${event.blksize}`
        : "";
      return `accepted ${quote(event.filename)} (${terms.join(", ")})${retry}`;
    }
    case "stored": {
      const { filename, storedName, replacedBytes, bytes, announced } = event;
      const as = storedName === filename ? "" : ` as ${quote(storedName)}`;
      const short = announced === undefined
        ? ""
        : `, but ${announced} were announced`;
      const [verb, was] = replacedBytes === undefined
        ? ["stored", ""]
        : ["replaced", `, was ${count(replacedBytes, "byte")}`];
      const took = secondsText(event.seconds);
      return `${verb} ${quote(filename)}${as} ` +
        `(${count(bytes, "byte")} in ${took}${was}${short})`;
    }
    case "refused": {
      const { filename, isAnswered, reason } = event;
      const what = filename === undefined ? "request" : quote(filename);
      const advice = adviseRefusal(reason, filename);
      return `refused ${what}: ${reason}` +
        (isAnswered ? "" : " (not answered)") +
        describeDiagnosis({ cause: undefined, advice });
    }
    case "denied":
      return `denied: ${event.reason}`;
    case "failed":
      return `failed ${quote(event.filename)} after ` +
        `${count(event.bytes, "byte")} in ${secondsText(event.seconds)}: ` +
        (event.trouble ?? describeFailure(event.why)) +
        describeDiagnosis(event.diagnosis);
    case "ignored":
      return `ignored: ${event.reason}`;
    case "packet":
      return (event.direction === "in" ? "> " : "< ") +
        describePacket(event.packet);
  }
}
