import { assertEquals } from "@std/assert";
import {
  type Latest,
  meaningOf,
  STALE_REQUEST_MS,
} from "../../lib/policy/repetition.ts";

const OWN = Uint8Array.of(0, 2, 65);
const OLD = Uint8Array.of(0, 2, 66);
const OTHER = Uint8Array.of(0, 2, 65, 66);
/** Nothing was heard of it for a while. */
const SILENT = { sinceProgressMs: 2_000, timeoutMs: 1_000 };

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
    const upload = { request: OWN, superseded: OLD, phase, sinceEndMs };
    const latest = { ...upload, ...SILENT };
    assertEquals<string>(meaningOf(request, latest), meaning, `${phase}`);
  }
});

Deno.test("meaningOf() knows no outdated request where none was superseded", () => {
  const latest = { request: OWN, superseded: undefined, sinceEndMs: 0 };
  const silent = { ...latest, ...SILENT, phase: "receiving" } as const;
  assertEquals(meaningOf(OLD, silent), "new");
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
  const latest = { request: OWN, superseded: OLD, sinceEndMs: 0 };
  for (const [phase, sinceProgressMs, timeoutMs, meaning] of rows) {
    const upload = { ...latest, phase, sinceProgressMs, timeoutMs };
    assertEquals(meaningOf(OTHER, upload), meaning);
    assertEquals(meaningOf(OWN, { ...upload, phase: "receiving" }), "repeat");
  }
});
