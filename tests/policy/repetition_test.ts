import { assertEquals } from "@std/assert";
import {
  type Meaning,
  meaningOf,
  type Progress,
  STALE_REQUEST_MS,
} from "../../lib/policy/repetition.ts";

const REQUEST = Uint8Array.of(0, 2, 65);
const OLD = Uint8Array.of(0, 2, 66);
const OTHER = Uint8Array.of(0, 2, 65, 66);
const ORIGIN = { request: REQUEST, superseded: OLD };

const RECEIVING: Progress = {
  isUnderWay: true,
  phase: "receiving",
  sinceReplyMs: 60_000,
};
/** Its last block is here, and its file is being saved. */
const SAVING: Progress = { ...RECEIVING, phase: "dallying" };
const JUST_SAVED: Progress = {
  isUnderWay: false,
  phase: "dallying",
  sinceReplyMs: STALE_REQUEST_MS - 1,
};
const SAVED = { ...JUST_SAVED, sinceReplyMs: STALE_REQUEST_MS };
const FAILED: Progress = { ...JUST_SAVED, phase: "failed" };

const CASES: readonly (readonly [string, Uint8Array, Progress, Meaning])[] = [
  ["its own request amid data", REQUEST, RECEIVING, "repeat"],
  ["its own request while it is being saved", REQUEST, SAVING, "repeat"],
  ["its own request just after the end", REQUEST, JUST_SAVED, "repeat"],
  ["its own request some time after the end", REQUEST, SAVED, "saved"],
  ["its own request after a failure", REQUEST, FAILED, "new"],
  ["the request it took the place of", OLD, RECEIVING, "outdated"],
  ["that request while it is being saved", OLD, SAVING, "outdated"],
  ["that request after the end", OLD, JUST_SAVED, "new"],
  ["another request amid data", OTHER, RECEIVING, "new"],
  ["another request after the end", OTHER, SAVED, "new"],
];

for (const [what, request, progress, meaning] of CASES) {
  Deno.test(`meaningOf() takes ${what} for ${meaning} (rows 1 to 4)`, () => {
    assertEquals(meaningOf(request, ORIGIN, progress), meaning);
  });
}

Deno.test("meaningOf() knows no outdated request where none was superseded", () => {
  const origin = { request: REQUEST, superseded: undefined };
  assertEquals(meaningOf(OLD, origin, RECEIVING), "new");
});
