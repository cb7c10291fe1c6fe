import { assertEquals } from "@std/assert";
import type { Arrival, Rules } from "../../lib/policy/decision.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { emptySeats, type Seat } from "../../lib/policy/seats.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import { bytesOf } from "../protocol/vectors.ts";
import { rangesOf } from "./ranges.ts";
import {
  arrival,
  brief,
  decideOn,
  enter,
  newSeat,
  PLAIN,
  requestFor,
} from "./seating.ts";

const A = requestFor("a");
const B = requestFor("b");

Deno.test("decide() takes a seat for a request", () => {
  const seats = emptySeats();
  const decision = decideOn(seats, arrival(A));
  const seat: Seat = {
    ...newSeat(5_000, {}, { isStranger: true }),
    ...{ id: 1, phase: "opening", isOpen: false, isCounted: true },
    ...{ endedAt: 0, progressAt: 0, receivedBytes: 0, isCutBack: false },
  };
  assertEquals(decision, { kind: "admit", seat, evicted: undefined });
  assertEquals([...seats.all.values()], [seat]);
});

/** A request for a file of this name. */
function named(filename: string, hostname?: string): Arrival {
  return arrival(requestFor(filename), 5_000, hostname);
}

const TOO_LONG = "refuse 2: invalid filename - too long";
const LOW_PORT = "port 69 is a service's; see --low-ports";

/** Datagrams that need no look at the seats. */
const ALONE: ReadonlyArray<
  readonly [it: Arrival, rules: Partial<Rules>, decision: string]
> = [
  [arrival(A, 69), {}, `deny: ${LOW_PORT}`],
  [arrival(bytesOf("00 04 00 01"), 69), {}, `ignore: ${LOW_PORT}`],
  [arrival(A, 0), {}, "deny: nobody can be answered at port 0"],
  [arrival(A), { remoteip: rangesOf("::1") }, "deny: only ::1 may send"],
  [arrival(bytesOf("00 04 00 01")), {}, "ignore: no request"],
  [arrival(bytesOf("00 09")), {}, "ignore: unknown opcode 9"],
  [arrival(bytesOf("00 02 'abc'")), {}, "refuse 4: malformed request"],
  [
    arrival(bytesOf("00 01 'a' 00 'octet' 00")),
    {},
    "refuse 2: read request not supported - write requests only",
  ],
  [named("../a"), {}, "refuse 2: invalid filename - contains a directory"],
  [
    named("nul"),
    { isWindows: true },
    "refuse 2: invalid filename - special on Windows",
  ],
  [
    named("../a"),
    { paths: "keep" },
    "refuse 2: invalid filename - contains . or ..",
  ],
  [named("x".repeat(256)), {}, TOO_LONG],
  [named("x".repeat(232)), { timestamp: true }, TOO_LONG],
  [named("x".repeat(247), "::ffff:10.0.0.1"), { ipstamp: true }, TOO_LONG],
  [named("x".repeat(250)), { onExists: "version" }, TOO_LONG],
  [
    arrival(requestFor("a", { tsize: "10001" })),
    {},
    "refuse 3: file too large - 10001 bytes, limit 10000",
  ],
];

Deno.test("decide() turns down what needs no look at the seats", () => {
  for (const [it, rules, expected] of ALONE) {
    const seats = emptySeats();
    assertEquals(brief(decideOn(seats, it, rules)), expected);
    assertEquals(seats, emptySeats());
  }
});

Deno.test("decide() serves what the rules allow", () => {
  const rows: ReadonlyArray<readonly [it: Arrival, rules: Partial<Rules>]> = [
    [arrival(A, 69), { servesLowPorts: true }],
    [arrival(A), { remoteip: rangesOf("10.0.0.1") }],
    [named("-rf"), { ipstamp: true }],
    [named("../a"), { paths: "strip" }],
    [named("/a/b"), { paths: "keep" }],
    [named("a+b"), { allowedChars: "+" }],
    [named("-rf"), { template: readTemplate("{port}/{time}{name}") }],
    [named("x".repeat(246), "::ffff:10.0.0.1"), { ipstamp: true }],
    [arrival(requestFor("a", { tsize: "10000" })), {}],
  ];
  for (const [it, rules] of rows) {
    assertEquals(brief(decideOn(emptySeats(), it, rules)), PLAIN);
  }
});

Deno.test("decide() tells what is wrong with a name", () => {
  const message = "invalid filename - contains a directory";
  assertEquals(decideOn(emptySeats(), named("../a")), {
    kind: "refuse",
    reply: { kind: "error", code: 2, message },
    ...{ filename: "../a", reason: message, isForWantOfRoom: false },
  });
});

const ANEW = { ...PLAIN, supersedes: 1 };

/** What a request became, the next one, and the decision about it. */
const REPETITIONS: ReadonlyArray<
  readonly [
    became: readonly ("proven" | "stored" | "failed")[],
    endedAt: number,
    next: Uint8Array,
    onExists: Rules["onExists"],
    decision: unknown,
  ]
> = [
  [[], 0, A, "replace", "repeat 1"],
  [["proven"], 0, A, "replace", "repeat 1"],
  [["stored"], 7_001, A, "refuse", "repeat 1"],
  [["stored"], 7_000, A, "replace", ANEW],
  [["stored"], 7_000, A, "version", ANEW],
  [["stored"], 7_000, A, "refuse", "ignore: the upload is saved already"],
  [["failed"], 9_999, A, "refuse", ANEW],
  [[], 0, B, "replace", ANEW],
  [["proven"], 0, B, "replace", ANEW],
  [["stored"], 9_999, B, "refuse", ANEW],
];

Deno.test("decide() sees what a request means to the latest of its port", () => {
  for (const [kinds, at, bytes, onExists, expected] of REPETITIONS) {
    const seats = emptySeats();
    enter(seats, arrival(A), kinds, { at });
    const decision = decideOn(seats, arrival(bytes), { onExists });
    assertEquals(brief(decision), expected, `${kinds} ${at} ${onExists}`);
    // The same from another port is another upload.
    const other = decideOn(seats, arrival(bytes, 5_001), { onExists });
    assertEquals(brief(other), PLAIN);
  }
});

Deno.test("decide() ignores the request whose place another one took", () => {
  const seats = emptySeats();
  enter(seats, arrival(A));
  const { superseded } = enter(seats, arrival(B));
  assertEquals(superseded, A);
  const decision = decideOn(seats, arrival(A));
  assertEquals(brief(decision), "ignore: an outdated request");
});

Deno.test("decide() tells strays on a single port, but answers no ERROR", () => {
  const rules = { isSinglePort: true };
  const payload = new Uint8Array(1);
  const rows = [
    [{ kind: "data", block: 1, payload }, "refuse"],
    [{ kind: "ack", block: 0 }, "refuse"],
    [{ kind: "oack", options: [] }, "refuse"],
    [{ kind: "error", code: 5, message: "" }, "ignore"],
  ] as const;
  for (const [packet, kind] of rows) {
    const stray = arrival(encodePacket(packet));
    const decision = decideOn(emptySeats(), stray, rules);
    assertEquals(decision.kind, kind, packet.kind);
    if (decision.kind === "refuse") assertEquals(decision.reply.code, 5);
    assertEquals(decideOn(emptySeats(), stray).kind, "ignore", packet.kind);
  }
});
