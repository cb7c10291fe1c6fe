import { assertEquals } from "@std/assert";
import type { Event } from "../../lib/report/event.ts";
import { textReport, type Verbosity } from "../../lib/report/text.ts";
import { accepted, failed, FROM, PEER, printed, stored } from "./events.ts";

const AFTER = `${FROM} failed "a.cfg" after 512 bytes in 60.0 s:`;

/** Events, the verbosity from which on they are printed, and how. */
const EVENTS: readonly (readonly [Event, Verbosity, string])[] = [
  [
    { kind: "listening", hostname: "0.0.0.0", port: 69, directory: "/srv/up" },
    1,
    "wotftp: listening on 0.0.0.0:69, storing in /srv/up",
  ],
  [
    { kind: "listening", hostname: "::", port: 6969, directory: "." },
    1,
    "wotftp: listening on [::]:6969, storing in .",
  ],
  [
    { kind: "swept", parts: 1 },
    1,
    "wotftp: removed 1 unfinished upload of an earlier run",
  ],
  [
    { kind: "swept", parts: 2 },
    1,
    "wotftp: removed 2 unfinished uploads of an earlier run",
  ],
  [accepted({}), 1, `${FROM} accepted "a.cfg" (octet, blksize 512)`],
  [
    accepted({ windowsize: 16, blksize: 1_468, tsize: 70_000 }),
    1,
    `${FROM} accepted "a.cfg" ` +
    "(octet, blksize 1468, windowsize 16, 70000 bytes announced)",
  ],
  [
    accepted({ tsize: 0, peer: { hostname: "2001:db8::1", port: 69 } }),
    1,
    'wotftp: [2001:db8::1]:69 accepted "a.cfg" ' +
    "(octet, blksize 512, 0 bytes announced)",
  ],
  [
    accepted({ peer: { hostname: "::ffff:192.0.2.7", port: 50_312 } }),
    1,
    `${FROM} accepted "a.cfg" (octet, blksize 512)`,
  ],
  [stored({}), 1, `${FROM} stored "a.cfg" (1048576 bytes in 0.80 s)`],
  [
    stored({ bytes: 1, seconds: 9.99 }),
    1,
    `${FROM} stored "a.cfg" (1 byte in 9.99 s)`,
  ],
  [
    stored({ bytes: 0, seconds: 10 }),
    1,
    `${FROM} stored "a.cfg" (0 bytes in 10.0 s)`,
  ],
  [
    stored({ storedName: "10.1.1.5-a.cfg", bytes: 5, announced: 70_000 }),
    1,
    `${FROM} stored "a.cfg" as "10.1.1.5-a.cfg" ` +
    "(5 bytes in 0.80 s, but 70000 were announced)",
  ],
  [
    { kind: "refused", peer: PEER, filename: "../a", reason: "no" },
    1,
    `${FROM} refused "../a": no`,
  ],
  [
    { kind: "refused", peer: PEER, filename: undefined, reason: "no" },
    1,
    `${FROM} refused request: no`,
  ],
  [
    { kind: "denied", peer: PEER, reason: "only 192.0.2.1 may send" },
    1,
    `${FROM} denied: only 192.0.2.1 may send`,
  ],
  [
    { kind: "ignored", peer: PEER, reason: "no request" },
    2,
    `${FROM} ignored: no request`,
  ],
  [failed({ kind: "silent" }), 1, `${AFTER} client fell silent`],
  [failed({ kind: "too-long" }), 1, `${AFTER} took too long`],
  [
    failed({ kind: "oversize-block", bytes: 513 }),
    1,
    `${AFTER} block of 513 bytes exceeds the blksize`,
  ],
  [
    failed({ kind: "superseded" }),
    1,
    `${AFTER} client asked for another upload from the same port`,
  ],
  [
    failed({ kind: "client-error", code: 3, message: "full\n" }),
    1,
    `${AFTER} client sent error 3 "full\\x0a"`,
  ],
  [
    failed({ kind: "server", message: "server is shutting down" }),
    1,
    `${AFTER} server is shutting down`,
  ],
  [
    failed({ kind: "server", message: "disk full on server" }, "cannot write"),
    0,
    `${AFTER} cannot write`,
  ],
  [{ kind: "idle", at: "11:05:37" }, 1, "Idle at 11:05:37"],
  [{ kind: "stopping", uploads: 0 }, 1, "wotftp: stopping"],
  [
    { kind: "stopping", uploads: 1 },
    1,
    "wotftp: stopping once 1 upload ended; interrupt again to stop at once",
  ],
  [
    { kind: "stopping", uploads: 3 },
    1,
    "wotftp: stopping once 3 uploads ended; interrupt again to stop at once",
  ],
  [{ kind: "stopped" }, 1, "wotftp: stopped"],
  [
    { kind: "trouble", message: "disk on fire" },
    0,
    "wotftp: error: disk on fire",
  ],
];

for (const [event, level, text] of EVENTS) {
  Deno.test(`textReport() prints ${text} from level ${level} on`, () => {
    assertEquals(printed(0, event), level === 0 ? [text] : []);
    assertEquals(printed(1, event), level <= 1 ? [text] : []);
    assertEquals(printed(2, event), [text]);
  });
}

Deno.test("textReport() wants packets only where they are printed", () => {
  const wanted = ([0, 1, 2] as const).map((it) =>
    textReport(it, () => {}).packets
  );
  assertEquals(wanted, [false, false, true]);
});
