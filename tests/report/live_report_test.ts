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

const PROVEN = { ...accepted(), kind: "proven" } as const;

Deno.test("liveReport() hands on all events", () => {
  const { report, told } = stage();
  report.add(PROVEN);
  report.add({ kind: "progress", peer: PEER, bytes: 7 });
  report.add(stored());
  assertEquals(told, ["proven", "progress", "stored"]);
  assert(report.packets);
});

Deno.test("liveReport() draws while something runs, and is gone at once", () => {
  const { report, clock, drawn } = stage();
  clock.pass(1_000);
  assertEquals(drawn, []);
  report.add(PROVEN);
  clock.pass(250);
  clock.pass(250);
  const line = '  "a.cfg"  192.0.2.7  0 bytes';
  assertEquals(drawn.splice(0), [[line], [line]]);
  report.add(failed({ kind: "silent" }));
  clock.pass(1_000);
  assertEquals(drawn.splice(0), [[]]);
});

Deno.test("liveReport() draws nothing of what is over before anybody can read it", () => {
  const { report, clock, drawn } = stage();
  report.add(PROVEN);
  report.add(stored());
  clock.pass(1_000);
  assertEquals(drawn, [[]]);
});

Deno.test("liveReport() leaves nothing when the server has stopped", () => {
  const { report, clock, drawn } = stage();
  report.add(PROVEN);
  clock.pass(250);
  report.add({ kind: "stopped" });
  clock.pass(1_000);
  assertEquals(drawn.at(-1), []);
  assertEquals(drawn.length, 2);
});
