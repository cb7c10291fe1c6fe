import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import type { Event } from "../../lib/report/event.ts";
import { hexDump } from "../../lib/report/packet_text.ts";
import { textReport } from "../../lib/report/text.ts";
import { writeRequest } from "../peer.ts";
import {
  accepted,
  failed,
  packet,
  PEER,
  printed,
  refused,
  stored,
} from "./events.ts";

/** 11:05:37 in whatever time zone this machine is. */
const MORNING = new Date(2026, 10, 23, 11, 5, 37).getTime();
const SERVER = {
  kind: "listening",
  port: 69,
  directory: "/srv",
  addresses: [],
} as const;
const NONE = { refused: 0, denied: 0, silent: 0 } as const;
const FULL: Packet = { kind: "error", code: 3, message: "\x07" };
const EMPTY: Packet = { kind: "malformed", opcode: undefined, reason: "empty" };
const DATA: Packet = { kind: "data", block: 7, payload: new Uint8Array(1) };
const RRQ: Packet = { kind: "rrq", filename: "a", mode: "mail", options: [] };
const OACK: Packet = { kind: "oack", options: [{ name: "x", value: "\x1b" }] };

const EVENTS: readonly Event[] = [
  { ...SERVER, hostnames: ["0.0.0.0"] },
  { ...SERVER, hostnames: ["::"] },
  { ...SERVER, hostnames: ["::"], addresses: ["10.1.1.2", "fd00::2"] },
  { kind: "swept", parts: 1 },
  { kind: "swept", parts: 2 },
  { kind: "left", parts: 1 },
  { kind: "directory", path: "/srv/up", isThere: false },
  { kind: "directory", path: "/srv/up", isThere: true },
  { kind: "idle", epochMs: MORNING },
  { kind: "stopping", uploads: 0 },
  { kind: "stopping", uploads: 1 },
  { kind: "stopping", uploads: 3 },
  { kind: "expected", stored: 1, count: 2, arrived: [], missing: [] },
  {
    ...{ kind: "expected", stored: 5, count: undefined },
    arrived: [{ pattern: "a*", hostname: "::1", storedName: "ab" }],
    missing: ["10.0.0.0/8", "\x07"],
  },
  { kind: "stopped" },
  { kind: "notice", message: "it smells" },
  { kind: "trouble", message: "on fire" },
  accepted(),
  accepted({ windowsize: 16, blksize: 1_468, tsize: 70 }),
  accepted({ tsize: 0, mode: "netascii" }),
  accepted({ blksize: 1_400, isCutBack: true }),
  accepted({ peer: { hostname: "::ffff:192.0.2.7", port: 5 } }),
  accepted({ peer: { hostname: "2001:db8::1", port: 5 } }),
  stored(),
  stored({ bytes: 1, seconds: 9.99 }),
  stored({ bytes: 0, seconds: 10 }),
  stored({ storedName: "1-a", bytes: 5, announced: 70 }),
  stored({ bytes: 9, seconds: 1, replacedBytes: 3_000 }),
  stored({ replacedBytes: 1, announced: 7 }),
  refused("../a"),
  refused(undefined),
  { ...refused("../a"), isAnswered: false },
  { ...refused("../a"), reason: "invalid filename - bad" },
  { kind: "denied", peer: PEER, reason: "no" },
  { kind: "more", network: "10.1.1", counts: { ...NONE, refused: 4 } },
  {
    ...{ kind: "more", network: "2001:db8:0:0" },
    counts: { refused: 4, denied: 5, silent: 6 },
  },
  { kind: "more", network: undefined, counts: { ...NONE, silent: 1 } },
  { kind: "unread", requests: 7 },
  { kind: "ignored", peer: PEER, reason: "no" },
  failed({ kind: "silent" }),
  failed({ kind: "too-long" }),
  failed({ kind: "too-large", maxBytes: 1 }),
  failed({ kind: "numbered-from-zero" }),
  failed({ kind: "oversize-block", bytes: 513 }),
  failed({ kind: "two-first-blocks" }),
  failed({ kind: "two-rollovers" }),
  failed({ kind: "incomplete", bytes: 512, announcedBytes: 3_000 }),
  failed({ kind: "evicted" }),
  failed({ kind: "superseded" }),
  failed({ kind: "client-error", code: 3, message: "full\n" }),
  failed({ kind: "server", message: "shutting down" }),
  failed({ kind: "silent" }, "cannot write"),
  failed({ kind: "silent" }, undefined, { cause: "rain", advice: "wait" }),
  packet(writeRequest('a"b', { tsize: "5", x: "\x1b" })),
  packet(RRQ),
  packet(DATA),
  packet({ kind: "ack", block: 65_537 }),
  packet(FULL, [0x41], "out"),
  packet(OACK, [0x41], "out"),
  packet(EMPTY, []),
];

/**
 * What is printed for each, behind the verbosity from which on it is; `@` stands
 * for the name of the program and the peer, `+dump` for the bytes below.
 */
const LINES = String.raw`
1 wotftp: listening on 0.0.0.0:69, storing in /srv
1 wotftp: listening on [::]:69, storing in /srv
1 wotftp: listening on [::]:69, storing in /srv +addresses
1 wotftp: removed 1 unfinished upload of an earlier run
1 wotftp: removed 2 unfinished uploads of an earlier run
1 wotftp: left 1 unfinished upload whose run cannot be told dead
0 wotftp: error: the upload directory /srv/up is gone, or another one is in its place; refusing uploads until it is back (or restart to use what is there)
0 wotftp: the upload directory /srv/up is back; taking uploads again
1 Idle at 11:05:37
1 wotftp: stopping
1 wotftp: stopping once 1 upload ended; interrupt again to stop at once
1 wotftp: stopping once 3 uploads ended; interrupt again to stop at once
0 wotftp: stored 1 of 2 files
0 wotftp: 1 of 3 expected have come +expected
1 wotftp: stopped
1 wotftp: it smells
0 wotftp: error: on fire
1 @ accepted "a.cfg" (octet, blksize 512)
1 @ accepted "a.cfg" (octet, blksize 1468, windowsize 16, 70 bytes announced)
1 @ accepted "a.cfg" (netascii, blksize 512, 0 bytes announced)
1 @ accepted "a.cfg" (octet, blksize 1400); retry after a stall: granting blksize 1400
1 wotftp: 192.0.2.7:5 accepted "a.cfg" (octet, blksize 512)
1 wotftp: [2001:db8::1]:5 accepted "a.cfg" (octet, blksize 512)
1 @ stored "a.cfg" (1048576 bytes in 0.80 s)
1 @ stored "a.cfg" (1 byte in 9.99 s)
1 @ stored "a.cfg" (0 bytes in 10.0 s)
1 @ stored "a.cfg" as "1-a" (5 bytes in 0.80 s, but 70 were announced)
1 @ replaced "a.cfg" (9 bytes in 1.00 s, was 3000 bytes)
1 @ replaced "a.cfg" (1048576 bytes in 0.80 s, was 1 byte, but 7 were announced)
1 @ refused "../a": no
1 @ refused request: no
1 @ refused "../a": no (not answered)
1 @ refused "../a": invalid filename - bad; try: "a", or --paths strip here
1 @ denied: no
1 wotftp: 10.1.1.0/24: 4 more refused
1 wotftp: 2001:db8:0:0::/64: 4 more refused, 5 more denied, 6 more without data
1 wotftp: other networks: 1 more without data
1 wotftp: 7 requests dropped in a flood; a client that repeats its own is served
2 @ ignored: no
1 @ failed "a.cfg" after 512 bytes in 60.0 s: client fell silent
1 @ failed "a.cfg" after 512 bytes in 60.0 s: took too long
1 @ failed "a.cfg" after 512 bytes in 60.0 s: file exceeds --max-size of 1 byte
1 @ failed "a.cfg" after 512 bytes in 60.0 s: client numbers its blocks from 0 instead of 1
1 @ failed "a.cfg" after 512 bytes in 60.0 s: block of 513 bytes exceeds the blksize
1 @ failed "a.cfg" after 512 bytes in 60.0 s: block 1 came twice with different contents
1 @ failed "a.cfg" after 512 bytes in 60.0 s: block 0 came from a client whose blocks go on at 1
1 @ failed "a.cfg" after 512 bytes in 60.0 s: incomplete: 512 of 3000 bytes
1 @ failed "a.cfg" after 512 bytes in 60.0 s: no data came and the server is full
1 @ failed "a.cfg" after 512 bytes in 60.0 s: client asked for another upload from the same port
1 @ failed "a.cfg" after 512 bytes in 60.0 s: client sent error 3 "full\x0a"
1 @ failed "a.cfg" after 512 bytes in 60.0 s: shutting down
0 @ failed "a.cfg" after 512 bytes in 60.0 s: cannot write
1 @ failed "a.cfg" after 512 bytes in 60.0 s: client fell silent; probably: rain; try: wait
2 @ > WRQ "a\"b" "octet" "tsize"="5" "x"="\x1b" +dump
2 @ > RRQ "a" "mail" +dump
2 @ > DATA block 7, 1 byte +dump
2 @ > ACK block 1 +dump
2 @ < ERROR 3 "\x07" +dump
2 @ < OACK "x"="\x1b" +dump
2 @ > malformed packet: empty
`;

/** The line behind that of the address. */
const REACHABLE = "\nwotftp: reachable at tftp://10.1.1.2/, tftp://[fd00::2]/";
/** The lines behind that of those who have come. */
const ARRIVED = String.raw`
wotftp: came: "a*", "ab" from ::1
wotftp: missing: "10.0.0.0/8"
wotftp: missing: "\x07"`;

Deno.test("textReport() prints every event from its level on", () => {
  const lines = LINES.split("\n").slice(1, -1);
  assertEquals(lines.length, EVENTS.length);
  for (const [i, event] of EVENTS.entries()) {
    const [, level, text = ""] = /^([012]) (.*)$/.exec(lines[i] ?? "") ?? [];
    const dump = event.kind === "packet"
      ? hexDump(event.bytes, Infinity).join("\n")
      : "";
    const line = text.replace(/^@/, "wotftp: 192.0.2.7:50312")
      .replace(" +dump", `\n${dump}`).replace(" +expected", ARRIVED)
      .replace(" +addresses", REACHABLE);
    for (const verbosity of [0, 1, 2] as const) {
      const expected = verbosity >= Number(level) ? [line] : [];
      assertEquals(printed(verbosity, event), expected, `${verbosity} ${text}`);
    }
  }
});

Deno.test("textReport() shows a packet's line first, of a block the first rows", () => {
  const payload = new Uint8Array(512).fill(0x61);
  const block = packet({ kind: "data", block: 1, payload }, [
    ...[0, 3, 0, 1],
    ...payload,
  ]);
  const [text = ""] = printed(2, block);
  assertEquals(text.split("\n"), [
    "wotftp: 192.0.2.7:50312 > DATA block 1, 512 bytes",
    "0000 : 00 ?  03 ?  00 ?  01 ?  61 a  61 a  61 a  61 a  61 a  61 a",
    ...["0010", "0020", "0030", "0040"]
      .map((offset) => `${offset} :${" 61 a ".repeat(10).trimEnd()}`),
    "... 466 more bytes",
  ]);
});

Deno.test("textReport() does not tell of every block", () => {
  assertEquals(printed(2, { ...accepted(), kind: "proven" }), []);
  assertEquals(printed(2, { kind: "progress", peer: PEER, bytes: 1 }), []);
});

Deno.test("textReport() wants packets only where they are printed", () => {
  const wanted = ([0, 1, 2] as const)
    .map((verbosity) => textReport(verbosity, () => {}).packets);
  assertEquals(wanted, [false, false, true]);
});
