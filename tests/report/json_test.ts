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

const DIAGNOSIS = { cause: "rain", advice: "wait" };

const TOLD: readonly Event[] = [
  {
    ...{ kind: "listening", hostnames: ["::"], port: 69, directory: "/srv" },
    addresses: ["10.1.1.2", "fd00::2"],
  },
  { kind: "swept", parts: 2 },
  { kind: "left", parts: 1 },
  { kind: "directory", path: "/srv", isThere: false },
  accepted({ tsize: 70, isCutBack: true }),
  stored({ bytes: 5, seconds: 0.12345, announced: 70, replacedBytes: 9 }),
  { ...refused("../a\xe9\n"), reason: "invalid filename - bad" },
  refused(undefined),
  { kind: "denied", peer: PEER, reason: "no" },
  failed({ kind: "silent" }, undefined, DIAGNOSIS),
  { ...failed({ kind: "server", message: "full" }, "x: y"), code: 3 },
  {
    ...{ kind: "more", network: "10.1.1" },
    counts: { refused: 412, denied: 0, silent: 1 },
  },
  { kind: "unread", requests: 7 },
  { kind: "ignored", peer: PEER, reason: "no" },
  packet(writeRequest("a"), [0, 2, 0x61]),
  { kind: "stopping", uploads: 3 },
  {
    ...{ kind: "expected", stored: 5, count: 7 },
    arrived: [{ pattern: "a*", hostname: "::1", storedName: "ab" }],
    missing: ["b"],
  },
  { kind: "notice", message: "it smells" },
  { kind: "trouble", message: "on fire" },
  { kind: "idle", epochMs: NOW },
  { kind: "stopped" },
];

/**
 * What is printed for each behind its kind, from which verbosity on, and with
 * which level; `@` stands for the peer, `+counts` for what is counted.
 */
const LINES = String.raw`
1 info "address":"::","port":69,"urls":["tftp://10.1.1.2/","tftp://[fd00::2]/"],"directory":"/srv"
1 info "parts":2
1 warning "parts":1
0 error "directory":"/srv","available":false
1 info @,"name":"a.cfg","mode":"octet","blksize":512,"windowsize":1,"announced_bytes":70,"cut_back":true
1 info @,"name":"a.cfg","stored_name":"a.cfg","bytes":5,"seconds":0.123,"announced_bytes":70,"replaced_bytes":9,+counts
1 warning @,"name":"../a\u00e9\n","reason":"invalid filename - bad","advice":"\"a__\"","answered":true
1 warning @,"reason":"no","answered":true
1 warning @,"reason":"no"
1 warning @,"name":"a.cfg","bytes":512,"seconds":60,"failure":"silent","reason":"client fell silent","cause":"rain","advice":"wait","proven":true,+counts
0 error @,"name":"a.cfg","bytes":512,"seconds":60,"failure":"server","reason":"full","trouble":"x: y","error_code":3,"proven":true,+counts
1 warning "network":"10.1.1.0/24","refused":412,"denied":0,"silent":1
1 warning "requests":7
2 debug @,"reason":"no"
2 debug @,"direction":"in","packet":"WRQ \"a\" \"octet\"","hex":"000261"
1 info "uploads":3
0 warning "stored":5,"wanted":7,"arrived":["a*"],"missing":["b"]
1 info "message":"it smells"
0 error "message":"on fire"
1 info
1 info
`;
const CLIENT = '"client":"192.0.2.7","client_port":50312';
const COUNTED = '"blocks":1,"requests_repeated":0,"repeats_in":0,' +
  '"repeats_out":0,"round_trip_ms":1.235';

Deno.test("jsonReport() prints every event from its level on", () => {
  const rows = LINES.split("\n").slice(1, -1);
  assertEquals(rows.length, TOLD.length);
  for (const [i, event] of TOLD.entries()) {
    const [, least, level, fields = ""] =
      /^([012]) (\w+) ?(.*)$/.exec(rows[i] ?? "") ?? [];
    const rest = fields.replace(/^@/, CLIENT).replace("+counts", COUNTED);
    const line = `{"time":"2026-11-23T11:05:37.045Z","level":"${level}",` +
      `"event":"${event.kind}"${rest === "" ? "" : `,${rest}`}}`;
    for (const verbosity of [0, 1, 2] as const) {
      const expected = verbosity >= Number(least) ? [line] : [];
      assertEquals(lines(verbosity, event), expected, `${verbosity} ${line}`);
    }
  }
});

Deno.test("jsonReport() uses the names that are described for an event, and all of them", () => {
  const used = new Map<string, Set<string>>();
  for (const event of TOLD) {
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
  const payload = new Uint8Array(512);
  const block = { kind: "data", block: 1, payload } as const;
  const [shown = ""] = lines(2, packet(block, Array<number>(516).fill(7)));
  assert(shown.includes(`"hex":"${"07".repeat(50)}"`));
});
