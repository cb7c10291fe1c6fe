import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Verbosity } from "../../lib/config.ts";
import type { Event } from "../../lib/report/event.ts";
import { jsonReport } from "../../lib/report/json.ts";
import { COMMON_FIELDS, EVENTS } from "../../lib/report/json_fields.ts";
import { writeRequest } from "../peer.ts";
import { accepted, failed, packet, PEER, refused, stored } from "./events.ts";

const NOW = Date.UTC(2026, 10, 23, 11, 5, 37, 45);

function lines(verbosity: Verbosity, event: Event): string[] {
  const lines: string[] = [];
  jsonReport(verbosity, () => NOW, (line) => lines.push(line)).add(event);
  return lines;
}

const CLIENT = '"client":"192.0.2.7","client_port":50312';
const COUNTED = '"blocks":1,"requests_repeated":0,"repeats_in":0,' +
  '"repeats_out":0,"round_trip_ms":1.235';
const SUM = '"bytes":512,"seconds":60';

/** An event, what is printed from which level on, and what is told of it. */
type Row = readonly [
  event: Event,
  verbosity: Verbosity,
  level: string,
  rest: string,
];

const ROWS: readonly Row[] = [
  [
    {
      ...{ kind: "listening", hostname: "::", port: 69, directory: "/srv" },
      addresses: ["10.1.1.2", "fd00::2"],
    },
    1,
    "info",
    '"address":"::","port":69,"urls":["tftp://10.1.1.2/",' +
    '"tftp://[fd00::2]/"],"directory":"/srv"',
  ],
  [{ kind: "swept", parts: 2 }, 1, "info", '"parts":2'],
  [{ kind: "left", parts: 1 }, 1, "warning", '"parts":1'],
  [
    { kind: "directory", path: "/srv", isThere: false },
    0,
    "error",
    '"directory":"/srv","available":false',
  ],
  [
    accepted({ tsize: 70, isCutBack: true }),
    1,
    "info",
    `${CLIENT},"name":"a.cfg","mode":"octet","blksize":512,"windowsize":1,` +
    '"announced_bytes":70,"cut_back":true',
  ],
  [
    stored({ bytes: 5, seconds: 0.12345, announced: 70, replacedBytes: 9 }),
    1,
    "info",
    `${CLIENT},"name":"a.cfg","stored_name":"a.cfg","bytes":5,` +
    '"seconds":0.123,"announced_bytes":70,"replaced_bytes":9,' + COUNTED,
  ],
  [
    { ...refused("../a\xe9\n"), reason: "invalid filename - bad" },
    1,
    "warning",
    `${CLIENT},"name":"../a\\u00e9\\n","reason":"invalid filename - bad",` +
    '"advice":"\\"a__\\"","answered":true',
  ],
  [refused(undefined), 1, "warning", `${CLIENT},"reason":"no","answered":true`],
  [
    { kind: "denied", peer: PEER, reason: "no" },
    1,
    "warning",
    `${CLIENT},"reason":"no"`,
  ],
  [
    failed({ kind: "silent" }, undefined, { cause: "rain", advice: "wait" }),
    1,
    "warning",
    `${CLIENT},"name":"a.cfg",${SUM},"failure":"silent",` +
    '"reason":"client fell silent","cause":"rain","advice":"wait",' +
    `"proven":true,${COUNTED}`,
  ],
  [
    { ...failed({ kind: "server", message: "full" }, "x: y"), code: 3 },
    0,
    "error",
    `${CLIENT},"name":"a.cfg",${SUM},"failure":"server","reason":"full",` +
    `"trouble":"x: y","error_code":3,"proven":true,${COUNTED}`,
  ],
  [
    {
      ...{ kind: "more", network: "10.1.1" },
      counts: { refused: 412, denied: 0, silent: 1 },
    },
    1,
    "warning",
    '"network":"10.1.1.0/24","refused":412,"denied":0,"silent":1',
  ],
  [{ kind: "unread", requests: 7 }, 1, "warning", '"requests":7'],
  [
    { kind: "ignored", peer: PEER, reason: "no" },
    2,
    "debug",
    `${CLIENT},"reason":"no"`,
  ],
  [
    packet(writeRequest("a"), [0, 2, 0x61]),
    2,
    "debug",
    `${CLIENT},"direction":"in","packet":"WRQ \\"a\\" \\"octet\\"",` +
    '"hex":"000261"',
  ],
  [{ kind: "stopping", uploads: 3 }, 1, "info", '"uploads":3'],
  [
    {
      ...{ kind: "expected", stored: 5, count: 7 },
      arrived: [{ pattern: "a*", hostname: "::1", storedName: "ab" }],
      missing: ["b"],
    },
    0,
    "warning",
    '"stored":5,"wanted":7,"arrived":["a*"],"missing":["b"]',
  ],
  [
    { kind: "notice", message: "it smells" },
    1,
    "info",
    '"message":"it smells"',
  ],
  [{ kind: "trouble", message: "on fire" }, 0, "error", '"message":"on fire"'],
  [{ kind: "idle", epochMs: NOW }, 1, "info", ""],
  [{ kind: "stopped" }, 1, "info", ""],
];

Deno.test("jsonReport() prints every event from its level on", () => {
  for (const [event, least, level, rest] of ROWS) {
    const line = `{"time":"2026-11-23T11:05:37.045Z","level":"${level}",` +
      `"event":"${event.kind}"${rest === "" ? "" : `,${rest}`}}`;
    for (const verbosity of [0, 1, 2] as const) {
      const expected = verbosity >= least ? [line] : [];
      assertEquals(lines(verbosity, event), expected);
    }
  }
});

Deno.test("jsonReport() uses the names that are described for an event, and all of them", () => {
  const used = new Map<string, Set<string>>();
  for (const [event] of ROWS) {
    const value: unknown = JSON.parse(lines(2, event).join());
    assert(typeof value === "object" && value !== null);
    const before = used.get(event.kind) ?? [];
    used.set(event.kind, new Set([...before, ...Object.keys(value)]));
  }
  assertEquals([...used.keys()].sort(), Object.keys(EVENTS).sort());
  // Only a program that cannot go on has a hint.
  used.get("trouble")?.add("hint");
  for (const [kind, { fields }] of Object.entries(EVENTS)) {
    const described = [...COMMON_FIELDS, ...fields].sort();
    assertEquals([...used.get(kind) ?? []].sort(), described, kind);
  }
});

Deno.test("jsonReport() does not tell of every block", () => {
  assertEquals(lines(2, { ...accepted(), kind: "proven" }), []);
  assertEquals(lines(2, { kind: "progress", peer: PEER, bytes: 1 }), []);
});

Deno.test("jsonReport() keeps a line short, and printable", () => {
  const [line = ""] = lines(1, refused("\x1b\x7f\u202e".repeat(1_000)));
  assertMatch(line, /^[\x20-\x7e]+$/);
  assert(line.length < 2_000);
  const block = {
    kind: "data",
    block: 1,
    payload: new Uint8Array(512),
  } as const;
  const [shown = ""] = lines(2, packet(block, Array<number>(516).fill(7)));
  assert(shown.includes(`"hex":"${"07".repeat(50)}"`));
});
