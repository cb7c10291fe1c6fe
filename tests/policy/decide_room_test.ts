/**
 * Whether there is room for a request, and where it goes.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { foldNews } from "../../lib/policy/fold_news.ts";
import { emptySeats } from "../../lib/policy/seats.ts";
import type { Decision } from "../../lib/policy/decision.ts";
import {
  arrival,
  brief,
  decideOn,
  enter,
  PLAIN,
  requestFor,
} from "./seating.ts";

const A = requestFor("a");
const B = requestFor("b");
const OTHER = "10.0.0.2";
const BUSY = "refuse 0: server is busy - try again later";
const TOO_MANY = "refuse 0: too many uploads at once - try again later";
const TWO = { threads: 2 };

Deno.test("decide() refuses all uploads while there is no directory", () => {
  const seats = emptySeats();
  const decision = decideOn(seats, arrival(A), {}, { isAway: true });
  const refusal = "refuse 2: upload directory is not available";
  assertEquals(brief(decision), refusal);
  assert(decision.kind === "refuse" && !decision.isForWantOfRoom);
});

Deno.test("decide() refuses one more upload of an address for want of room", () => {
  const seats = emptySeats();
  // What has ended does not count.
  enter(seats, arrival(A), ["stored"]);
  for (const port of [5_001, 5_002, 5_003]) {
    enter(seats, arrival(A, port), ["proven"]);
  }
  const decision = decideOn(seats, arrival(B));
  assertEquals(brief(decision), TOO_MANY);
  assert(decision.kind === "refuse" && decision.isForWantOfRoom);
  // One that gives way to another of its port leaves its place to it.
  const anew = brief(decideOn(seats, arrival(B, 5_001)));
  assertEquals(anew, { ...PLAIN, supersedes: 2 });
  const other = brief(decideOn(seats, arrival(A, 5_001, "10.0.0.2")));
  assertEquals(other, { ...PLAIN, evicted: 1 });
});

Deno.test("decide() refuses for want of room when all are at work", () => {
  const seats = emptySeats();
  for (const hostname of ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]) {
    enter(seats, arrival(A, 5_000, hostname), ["proven"]);
  }
  const decision = decideOn(seats, arrival(A));
  assertEquals(brief(decision), BUSY);
  assert(decision.kind === "refuse" && decision.isForWantOfRoom);
  // Its own place is there for whoever begins anew.
  const anew = brief(decideOn(seats, arrival(B, 5_000, "10.0.0.3")));
  assertEquals(anew, { ...PLAIN, supersedes: 2 });
});

Deno.test("decide() keeps what others have announced, but from nobody of unknown size", () => {
  const seats = emptySeats();
  const announced = requestFor("a", { tsize: "300" });
  enter(seats, arrival(announced), ["proven"]);
  foldNews(seats, { kind: "progress", seat: 1, bytes: 100 }, 5_000);
  const ask = (tsize: number, port: number) => {
    const it = arrival(requestFor("b", { tsize: `${tsize}` }), port);
    return brief(decideOn(seats, it, {}, { freeBytes: 1_000 }));
  };
  const tooLarge = "refuse 3: not enough disk space - need";
  assertEquals(ask(801, 5_001), `${tooLarge} 801, have 800`);
  assertEquals(ask(800, 5_001), PLAIN);
  // What a client announced itself is there for it when it begins anew.
  assertEquals(ask(1_001, 5_000), `${tooLarge} 1001, have 1000`);
  assertEquals(ask(1_000, 5_000), { ...PLAIN, supersedes: 1 });
  // Whoever does not know its size is refused on a full disk, not for words.
  const askFor = (freeBytes: number) =>
    brief(decideOn(seats, arrival(A, 5_002), {}, { freeBytes }));
  assertEquals(askFor(0), "refuse 3: disk full on server");
  assertEquals(askFor(1), PLAIN);
});

Deno.test("decide() reserves little for an announcement without blocks", () => {
  const seats = emptySeats();
  const huge = requestFor("a", { tsize: "900000000" });
  for (const port of [5_000, 5_001]) {
    enter(seats, arrival(huge, port), ["proven"]);
  }
  const ask = (tsize: number) => {
    const it = arrival(requestFor("b", { tsize: `${tsize}` }), 5_000, OTHER);
    const rules = { maxBytes: Infinity };
    return brief(decideOn(seats, it, rules, { freeBytes: 1e9 }));
  };
  // 64 MiB are kept for the client, whatever it says.
  const most = 1e9 - 64 * 1024 * 1024;
  assertEquals(ask(most), PLAIN);
  const need = `refuse 3: not enough disk space - need ${most + 1}`;
  assertEquals(ask(most + 1), `${need}, have ${most}`);
});
/** What is granted to a request for the largest blocks. */
function blksizeOf(decision: Decision): number | undefined {
  return decision.kind === "admit"
    ? decision.seat.accepted.terms.blksize
    : undefined;
}

Deno.test("decide() grants blocks of one frame when half of the memory is in use, nothing beyond all of it", () => {
  const bytes = requestFor("a", { blksize: "65464" });
  const rules = { maxBufferBytes: 1_000 };
  const rows = [[0, 65_464], [499, 65_464], [500, 1_428], [999, 1_428]];
  for (const [bufferBytes = 0, blksize] of rows) {
    const standing = { bufferBytes };
    const decision = decideOn(emptySeats(), arrival(bytes), rules, standing);
    assertEquals(blksizeOf(decision), blksize, `${bufferBytes}`);
  }
  for (const it of [arrival(A), arrival(bytes)]) {
    const full = decideOn(emptySeats(), it, rules, { bufferBytes: 1_000 });
    assertEquals(brief(full), BUSY);
    assert(full.kind === "refuse" && /--max-memory/.test(full.reason));
  }
  // Who has a place is not concerned.
  const seats = emptySeats();
  enter(seats, arrival(A));
  const again = decideOn(seats, arrival(A), rules, { bufferBytes: 1_000 });
  assertEquals(brief(again), "repeat 1");
});

Deno.test("decide() grants blocks of one frame while mere requests take much memory", () => {
  const seats = emptySeats();
  const bytes = requestFor("a", { blksize: "65464" });
  const rules = { maxTransfers: 9_999, maxPerClient: 9_999 };
  const granted = new Map<number | undefined, number>();
  for (let port = 5_000; port < 6_000; port++) {
    const blksize = blksizeOf(decideOn(seats, arrival(bytes, port), rules));
    granted.set(blksize, (granted.get(blksize) ?? 0) + 1);
  }
  // 513 times 65469 bytes are more than 32 MiB.
  assertEquals([...granted], [[65_464, 513], [1_428, 487]]);
  for (let seat = 1; seat <= 12; seat++) {
    foldNews(seats, { kind: seat % 2 ? "proven" : "closed", seat }, 5_000);
  }
  const more = arrival(bytes, 7_000);
  assertEquals(blksizeOf(decideOn(seats, more, rules)), 65_464);
});

Deno.test("decide() chooses the thread with the fewest uploads", () => {
  const seats = emptySeats();
  const three = { threads: 3 };
  const threads = [1, 2, 3, 4].map((host) =>
    enter(seats, arrival(A, 5_000, `10.0.0.${host}`), [], three).thread
  );
  assertEquals(threads, [0, 1, 2, 0]);
  foldNews(seats, { kind: "stored", seat: 3 }, 5_000);
  assertEquals(enter(seats, arrival(A, 6_000), [], three).thread, 2);
});

Deno.test("decide() leaves a client that begins anew to its thread", () => {
  const seats = emptySeats();
  enter(seats, arrival(A, 5_001), [], TWO);
  enter(seats, arrival(A, 5_002), [], TWO);
  enter(seats, arrival(A, 5_003), [], TWO);
  const { thread, supersedes } = enter(seats, arrival(B, 5_001), [], TWO);
  assertEquals({ thread, supersedes }, { thread: 0, supersedes: 1 });
});
