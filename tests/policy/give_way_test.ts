/**
 * Who gives way to a request that there is no room for.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { MAX_HALF_OPEN } from "../../lib/policy/admission.ts";
import { foldNews } from "../../lib/policy/fold_news.ts";
import { emptySeats, takeSeat } from "../../lib/policy/seats.ts";
import {
  greet,
  noStrangers,
  SERVED_AGAIN,
  SERVED_KNOWN,
} from "../../lib/policy/strangers.ts";
import {
  arrival,
  brief,
  countsOf,
  decideFast,
  decideOn,
  enter,
  newSeat,
  PLAIN,
  requestFor,
} from "./seating.ts";

const A = requestFor("a");
const B = requestFor("b");
const TWO = { threads: 2 };

Deno.test("decide() has the oldest ended upload go first", () => {
  const seats = emptySeats();
  enter(seats, arrival(A, 5_001));
  enter(seats, arrival(A, 5_002), ["stored"], TWO);
  enter(seats, arrival(A, 5_003), ["failed"], TWO);
  enter(seats, arrival(A, 5_004), ["proven"], TWO);
  const decision = decideOn(seats, arrival(A), {}, TWO);
  // On its thread, so that its socket is closed before.
  assertEquals(brief(decision), { ...PLAIN, thread: 1, evicted: 2 });
  assert(!seats.all.get(2)?.isCounted);
  assertEquals(seats.taken, 4);
});

Deno.test("decide() has the oldest half-open upload go next, on its own thread", () => {
  const seats = emptySeats();
  enter(seats, arrival(A, 5_001), ["proven"], TWO);
  enter(seats, arrival(A, 5_002), [], TWO);
  enter(seats, arrival(A, 5_003, "10.0.0.2"), [], TWO);
  enter(seats, arrival(A, 5_004, "10.0.0.2"), [], TWO);
  const decision = decideOn(seats, arrival(A), {}, TWO);
  assertEquals(brief(decision), { ...PLAIN, thread: 1, evicts: 2 });
  assertEquals(seats.taken, 4);
});

Deno.test("decide() has a half-open upload of another thread go as well", () => {
  const seats = emptySeats();
  const rules = { maxTransfers: 1 };
  enter(seats, arrival(A, 5_001), [], TWO);
  enter(seats, arrival(A, 5_002), [], TWO);
  // The first has to go, but is still there when its client begins anew.
  decideOn(seats, arrival(A, 5_003), rules, TWO);
  const decision = decideOn(seats, arrival(B, 5_001), rules, TWO);
  assertEquals(brief(decision), { ...PLAIN, supersedes: 1, evicted: 2 });
});

Deno.test("decide() locks no address out for requests in its name", () => {
  const seats = emptySeats();
  const own = enter(seats, arrival(A, 4_000), ["proven"]);
  for (let port = 5_000; port < 5_100; port++) enter(seats, arrival(A, port));
  // Of three uploads it may have, two are left to mere requests.
  assertEquals(countsOf(seats).halfOpen, [100, 101]);
  const client = enter(seats, arrival(B, 6_000));
  assertEquals([client.evicts, own.isCounted], [100, true]);
  foldNews(seats, { kind: "proven", seat: client.id }, 5_000);
  assertEquals(seats.clients.get("10.0.0.1")?.proven, 2);
});

Deno.test("decide() has a stranger's request go before that of anybody known", () => {
  const seats = emptySeats();
  const strangers = noStrangers();
  const standing = { strangers };
  greet(strangers, "10.0.0.1", 5_000);
  const ask = (port: number, hostname: string) =>
    brief(decideOn(seats, arrival(A, port, hostname), {}, standing));
  ask(5_000, "10.0.0.1");
  const hosts = ["192.0.2.1", "192.0.2.2", "198.51.100.1"];
  for (const host of hosts) ask(5_000, host);
  assertEquals(ask(5_001, "10.0.0.1"), { ...PLAIN, evicts: 2 });
  assertEquals(ask(5_001, "198.51.100.2"), { ...PLAIN, evicts: 3 });
  assertEquals(ask(5_002, "10.0.0.1"), { ...PLAIN, evicts: 4 });
  // Now its network has most of them.
  assertEquals(ask(5_003, "10.0.0.1"), { ...PLAIN, evicts: 1 });
  assertEquals(countsOf(seats).strangers, [6]);
});

Deno.test("decide() lets nobody give way twice for one request", () => {
  for (const phase of [[], ["stored"]] as const) {
    const seats = emptySeats();
    for (const port of [5_001, 5_002]) enter(seats, arrival(A, port), phase);
    const limits = { maxTransfers: 1, maxPerClient: 1 };
    const decision = decideOn(seats, arrival(B, 5_001), limits);
    assert(decision.kind === "admit");
    const { seat: { supersedes, evicts }, evicted } = decision;
    assertEquals([supersedes, evicts ?? evicted?.id], [1, 2]);
    // With nobody else there, its own place will do.
    const alone = decideOn(seats, arrival(requestFor("c"), 5_001), limits);
    assertEquals(brief(alone), { ...PLAIN, supersedes: 3 });
  }
});

Deno.test("decide() leaves those alone in a crowd who were just answered", () => {
  const seats = emptySeats();
  const limits = { maxTransfers: 10_000, maxPerClient: 10_000 };
  const ask = (port: number, now: number) =>
    decideOn(seats, arrival(A, port), limits, { now });
  for (let i = 0; i < MAX_HALF_OPEN; i++) takeSeat(seats, newSeat(1_024 + i));
  for (let seat = 1; seat <= 255; seat++) {
    foldNews(seats, { kind: "accepted", seat }, 10_500);
  }
  // The oldest who waits for an answer.
  assertEquals(brief(ask(9_001, 11_000)), { ...PLAIN, evicts: 256 });
  for (let seat = 256; seat <= 600; seat++) {
    foldNews(seats, { kind: "accepted", seat }, 10_500);
  }
  assertEquals(ask(9_002, 11_000).kind, "ignore");
  // Somebody else comes, when their blocks should be here.
  const other = (now: number) =>
    decideOn(seats, arrival(A, 9_003, "198.51.100.1"), limits, { now });
  assertEquals(other(11_499).kind, "ignore");
  assertEquals(brief(other(11_500)), { ...PLAIN, evicts: 1 });
  // A network that fills all places itself is not kept out by that for long.
  assertEquals(ask(9_004, 12_499).kind, "ignore");
  assertEquals(brief(ask(9_004, 12_500)), { ...PLAIN, evicts: 2 });
});

Deno.test("decide() lets requests in for ever that come as fast as a known network may", () => {
  const seats = emptySeats();
  const limits = { maxTransfers: 10_000, maxPerClient: 10_000 };
  const everyMs = 1_000 / (SERVED_KNOWN.perSecond + SERVED_AGAIN.perSecond);
  for (let i = 0; i < 3 * MAX_HALF_OPEN; i++) {
    const now = i * everyMs;
    const client = arrival(A, 1_024 + i, `10.0.0.${i % 200}`);
    const decision = decideFast(seats, client, limits, { now });
    assert(decision.kind === "admit", `the request after ${now} ms`);
    const { evicts, id } = decision.seat;
    if (evicts !== undefined) {
      foldNews(seats, { kind: "closed", seat: evicts }, now);
    }
    foldNews(seats, { kind: "accepted", seat: id }, now);
  }
});
