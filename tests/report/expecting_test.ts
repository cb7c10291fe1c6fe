import { assert, assertEquals } from "@std/assert";
import { parsePatterns } from "../../lib/policy/expected.ts";
import type { Event, Report } from "../../lib/report/event.ts";
import { ExpectingReport } from "../../lib/report/expecting.ts";
import { stored } from "./events.ts";

/** A report and all that reached it. */
function listen(): { readonly events: Event[]; readonly report: Report } {
  const events: Event[] = [];
  return {
    events,
    report: { packets: true, add: (event) => void events.push(event) },
  };
}

Deno.test("ExpectingReport says once that all have come, behind the last of them", () => {
  const patterns = parsePatterns("a*\n10.0.0.9");
  assert(typeof patterns !== "string");
  const { events, report } = listen();
  const told: number[] = [];
  const expectation = { count: 2, patterns };
  const expecting = new ExpectingReport(
    report,
    expectation,
    () => void told.push(events.length),
  );
  expecting.add(stored({ storedName: "a.cfg" }));
  expecting.add({ kind: "trouble", message: "on fire" });
  assertEquals([expecting.isComplete, told], [false, []]);
  const peer = { hostname: "::ffff:10.0.0.9", port: 5_000 };
  expecting.add(stored({ filename: "b", storedName: "b", peer }));
  expecting.add(stored());
  assertEquals([expecting.isComplete, told], [true, [3]]);
});

Deno.test("ExpectingReport sums up before the last word", () => {
  const { events, report } = listen();
  const expectation = { count: 2, patterns: [] };
  const expecting = new ExpectingReport(report, expectation, () => {});
  assert(expecting.packets);
  expecting.add(stored());
  expecting.add({ kind: "stopped" });
  assertEquals(events.slice(1), [
    { kind: "expected", stored: 1, count: 2, arrived: [], missing: [] },
    { kind: "stopped" },
  ]);
});
