import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  DIGEST_EVERY_MS,
  digestEvent,
  DigestReport,
  emptyDigest,
  endMinute,
  LINES_IN_ALL,
  LINES_PER_NETWORK,
  MAX_NAMED,
  MAX_NETWORKS,
} from "../../lib/report/digest.ts";
import type { Event, Report } from "../../lib/report/event.ts";
import { ShiftedClock } from "../front/shifted_clock.ts";
import { accepted, failed, refused, stored } from "./events.ts";

const NONE = { refused: 0, denied: 0, silent: 0 };
const EVICTED = { kind: "evicted" } as const;

/** A client of a network. */
function peer(host: number, network = "10.1.1"): {
  hostname: string;
  port: number;
} {
  return { hostname: `${network}.${host}`, port: 5_000 };
}

/** How many of the events are told, and what is told at the end of the minute. */
function digest(events: readonly Event[]): { told: number; more: Event[] } {
  const state = emptyDigest();
  const told = events.filter((it) => digestEvent(state, it) !== undefined);
  return { told: told.length, more: endMinute(state) };
}

Deno.test("digestEvent() tells of the first of a network, endMinute() how many more", () => {
  const { told, more } = digest([
    ...Array.from({ length: 100 }, (_, i) => refused("/x", peer(i))),
    ...Array.from({ length: 70 }, (_, i): Event => ({
      ...{ kind: "denied", peer: peer(i), reason: "no" },
    })),
    refused("x", peer(1, "10.1.2")),
  ]);
  assertEquals(told, 2 * LINES_PER_NETWORK + 1);
  const counts = { ...NONE, refused: 50, denied: 20 };
  assertEquals(more, [{ kind: "more", network: "10.1.1", counts }]);
});

Deno.test("endMinute() begins the next minute anew", () => {
  const state = emptyDigest();
  const many = Array.from(
    { length: LINES_PER_NETWORK + 1 },
    () => refused("/"),
  );
  for (const event of many) digestEvent(state, event);
  assertEquals(endMinute(state).length, 1);
  assertEquals(endMinute(state), []);
  const [event] = many;
  assertEquals(event && digestEvent(state, event), event);
});

Deno.test("digestEvent() counts what was dropped, endMinute() tells of it", () => {
  const dropped = [3, 4].map((requests): Event => ({
    ...{ kind: "unread", requests },
  }));
  assertEquals(digest(dropped), {
    told: 0,
    more: [{ kind: "unread", requests: 7 }],
  });
});

Deno.test("digestEvent() tells of every upload that sends a block, once", () => {
  const state = emptyDigest();
  const peers = Array.from({ length: 200 }, (_, i) => peer(i));
  const begun = peers.map((peer) => accepted({ peer }));
  const told = [
    ...begun,
    ...begun.map((it) => ({ ...it, kind: "proven" } as const)),
  ].flatMap((it) => digestEvent(state, it) ?? []);
  assertEquals(told, begun);
  assertEquals(digestEvent(state, stored()), stored());
  assertEquals(digestEvent(state, failed(EVICTED)), failed(EVICTED));
  assertEquals(endMinute(state), []);
});

Deno.test("digestEvent() tells of the end of what it told the beginning of", () => {
  const state = emptyDigest();
  const count = LINES_PER_NETWORK + 10;
  const peers = Array.from({ length: count }, (_, i) => peer(i));
  for (const it of peers) digestEvent(state, accepted({ peer: it }));
  const ends = peers.map((peer) => ({
    ...failed(EVICTED),
    ...{ peer, isProven: false, bytes: 0 },
  }));
  const told = ends.filter((it) => digestEvent(state, it) !== undefined);
  assertEquals(told, ends.slice(0, LINES_PER_NETWORK));
  assertEquals(endMinute(state), [
    { kind: "more", network: "10.1.1", counts: { ...NONE, silent: 10 } },
  ]);
  // What the operator has to mend is told, whoever set it off.
  const trouble = { ...failed(EVICTED, "disk on fire"), isProven: false };
  assertEquals(digestEvent(state, trouble), trouble);
});

Deno.test("digestEvent() bounds what is told and kept of forged networks", () => {
  const state = emptyDigest();
  let told = 0;
  for (let i = 0; i < 85_000; i++) {
    const client = peer(7, `10.${i >> 8}.${i & 255}`);
    const end = { ...failed(EVICTED), peer: client, isProven: false };
    for (const event of [accepted({ peer: client }), end]) {
      if (digestEvent(state, event) !== undefined) told++;
    }
    if (i % 2 === 0 && digestEvent(state, refused("/", client))) told++;
  }
  assertEquals(told, 3 * LINES_IN_ALL);
  assertEquals(state.networks.size, MAX_NETWORKS + 1);
  assertEquals(state.unproven.size, 0);
  const more = endMinute(state);
  assertLessOrEqual(more.length, MAX_NAMED + 1);
  const sum = more.reduce(
    (sum, it) =>
      it.kind === "more" ? sum + it.counts.refused + it.counts.silent : sum,
    0,
  );
  assertEquals(sum, 85_000 + 42_500 - 2 * LINES_IN_ALL);
});

/** Remembers what it is told. */
class Listener implements Report {
  readonly packets = true;
  readonly told: Event[] = [];
  add(event: Event): void {
    this.told.push(event);
  }
}

Deno.test("DigestReport tells what it left out when the minute or the server ends", () => {
  const clock = new ShiftedClock();
  const listener = new Listener();
  const report = new DigestReport(listener, clock);
  assert(report.packets);
  const kinds = () => listener.told.splice(0).map(({ kind }) => kind).slice(-2);
  for (let i = 0; i <= LINES_PER_NETWORK; i++) report.add(refused("/"));
  assertEquals(kinds(), ["refused", "refused"]);
  clock.pass(DIGEST_EVERY_MS - 1_000);
  assertEquals(kinds(), []);
  clock.pass(1_000);
  assertEquals(kinds(), ["more"]);
  clock.pass(DIGEST_EVERY_MS);
  assertEquals(kinds(), []);
  for (let i = 0; i <= LINES_PER_NETWORK; i++) report.add(refused("/"));
  report.add({ kind: "stopped" });
  assertEquals(kinds(), ["more", "stopped"]);
  report.add({ kind: "unread", requests: 1 });
  clock.pass(DIGEST_EVERY_MS);
  assertEquals(kinds(), ["unread"]);
  clock.pass(DIGEST_EVERY_MS);
  assertEquals(kinds(), []);
});
