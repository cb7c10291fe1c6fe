import { assertEquals } from "@std/assert";
import {
  type Latest,
  meaningOf,
  STALE_REQUEST_MS,
} from "../../lib/policy/repetition.ts";
import { newSeat } from "./seating.ts";

const OWN = Uint8Array.of(0, 2, 65);
const OLD = Uint8Array.of(0, 2, 66);
const OTHER = Uint8Array.of(0, 2, 65, 66);
const NOW = 10_000;

/** The latest upload; nothing was heard of it for a while. */
function upload(
  phase: Latest["phase"],
  { sinceEndMs = 0, sinceProgressMs = 2_000, timeoutMs = 1_000 } = {},
): Latest {
  return {
    ...newSeat(5_000, { timeoutMs }, { request: OWN, superseded: OLD }),
    phase,
    isOpen: true,
    endedAt: NOW - sinceEndMs,
    progressAt: NOW - sinceProgressMs,
  };
}

/** How far the latest upload is, a request, and what that means to it. */
const CASES: ReadonlyArray<
  readonly [Latest["phase"], sinceEndMs: number, Uint8Array, string]
> = [
  ["opening", 0, OWN, "repeat"],
  ["receiving", 0, OWN, "repeat"],
  ["saved", STALE_REQUEST_MS - 1, OWN, "repeat"],
  ["saved", STALE_REQUEST_MS, OWN, "saved"],
  ["failed", 0, OWN, "new"],
  ["opening", 0, OLD, "outdated"],
  ["receiving", 0, OLD, "outdated"],
  ["saved", 0, OLD, "new"],
  ["failed", 0, OLD, "new"],
  ["receiving", 0, OTHER, "new"],
  ["saved", STALE_REQUEST_MS, OTHER, "new"],
];

Deno.test("meaningOf() tells repetitions and old requests from new ones", () => {
  for (const [phase, sinceEndMs, request, meaning] of CASES) {
    const latest = upload(phase, { sinceEndMs });
    assertEquals<string>(meaningOf(request, latest, NOW), meaning, phase);
  }
});

Deno.test("meaningOf() knows no outdated request where none was superseded", () => {
  const latest = { ...upload("receiving"), superseded: undefined };
  assertEquals(meaningOf(OLD, latest, NOW), "new");
});

Deno.test("meaningOf() believes a client that goes on to ask what was superseded", () => {
  const since = (sinceProgressMs: number) =>
    upload("opening", { sinceProgressMs });
  const rows = [
    ["it may be late", since(STALE_REQUEST_MS - 1), "outdated"],
    ["it can no longer be", since(STALE_REQUEST_MS), "new"],
    [
      "nobody is answered yet",
      { ...since(STALE_REQUEST_MS), isOpen: false },
      "outdated",
    ],
  ] as const;
  for (const [what, latest, meaning] of rows) {
    assertEquals<string>(meaningOf(OLD, latest, NOW), meaning, what);
  }
});

Deno.test("meaningOf() ends no upload whose blocks come", () => {
  // Its client's timeout and, for that is told once a second, one second more.
  const rows = [
    ["receiving", 1_999, 1_000, "untimely"],
    ["receiving", 2_000, 1_000, "new"],
    ["receiving", 6_999, 6_000, "untimely"],
    ["receiving", 7_000, 6_000, "new"],
    ["receiving", 8_999, 255_000, "untimely"],
    ["receiving", 9_000, 255_000, "new"],
    ["opening", 0, 1_000, "new"],
    ["saved", 0, 1_000, "new"],
    ["failed", 0, 1_000, "new"],
  ] as const;
  for (const [phase, sinceProgressMs, timeoutMs, meaning] of rows) {
    const latest = upload(phase, { sinceProgressMs, timeoutMs });
    assertEquals(meaningOf(OTHER, latest, NOW), meaning);
    const lively = upload("receiving", { sinceProgressMs, timeoutMs });
    assertEquals(meaningOf(OWN, lively, NOW), "repeat");
  }
});
