import { assert, assertEquals } from "@std/assert";
import type { Event, Report } from "../../lib/report/event.ts";
import { liveReport } from "../../lib/report/live_report.ts";
import { ShiftedClock } from "../front/shifted_clock.ts";
import { accepted, failed, PEER, stored } from "./events.ts";

/** A report and what it hands on and draws. */
function stage(): {
  report: Report;
  clock: ShiftedClock;
  told: string[];
  drawn: (readonly string[])[];
} {
  const told: string[] = [];
  const drawn: (readonly string[])[] = [];
  const clock = new ShiftedClock();
  const add = ({ kind }: Event) => void told.push(kind);
  const draw = (lines: readonly string[]) => void drawn.push(lines);
  const size = () => ({ columns: 30, rows: 10 });
  const log = { packets: true, add };
  const report = liveReport(log, { draw }, size, clock);
  return { report, clock, told, drawn };
}

const LINE = '  "a.cfg"  192.0.2.7  0 bytes';
const PROGRESS = { kind: "progress", peer: PEER, bytes: 7 } as const;
const PROVEN = { ...accepted(), kind: "proven" } as const;

Deno.test("liveReport() draws while something runs, and is gone at once", () => {
  const { report, clock, drawn } = stage();
  clock.pass(1_000);
  assertEquals(drawn, []);
  report.add(PROVEN);
  clock.pass(250);
  clock.pass(250);
  assertEquals(drawn.splice(0), [[LINE], [LINE]]);
  report.add(failed({ kind: "silent" }));
  clock.pass(1_000);
  assertEquals(drawn.splice(0), [[]]);
});

Deno.test("liveReport() draws nothing of what is over, or of a server that has stopped", () => {
  const rows = [
    ["over before anybody can read it", [PROVEN, PROGRESS, stored()], [[]]],
    ["stopped", [PROVEN, 250, { kind: "stopped" }], [[LINE], []]],
  ] as const;
  for (const [what, moments, expected] of rows) {
    const { report, clock, drawn, told } = stage();
    for (const it of moments) {
      if (typeof it === "number") clock.pass(it);
      else report.add(it);
    }
    clock.pass(1_000);
    assertEquals<unknown>(drawn, expected, what);
    // All events are handed on.
    const kinds = moments.flatMap((it) =>
      typeof it === "number" ? [] : it.kind
    );
    assertEquals(told, kinds, what);
    assert(report.packets);
  }
});
