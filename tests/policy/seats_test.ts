import { assert, assertEquals } from "@std/assert";
import { foldNews, type SeatNews } from "../../lib/policy/fold_news.ts";
import {
  countUnderWay,
  discount,
  emptySeats,
  type Seat,
  type Seats,
  takeSeat,
} from "../../lib/policy/seats.ts";
import { countsOf, newSeat, NO_CLIENT, NOBODY, recountOf } from "./seating.ts";

const HOST = "10.0.0.1";
const STEP = 64 * 1024 * 1024;

/** Folds news of one seat. */
function tell(
  seats: Seats,
  { id }: Seat,
  ...kinds: readonly Exclude<SeatNews["kind"], "progress">[]
): void {
  for (const kind of kinds) foldNews(seats, { kind, seat: id }, 7);
}

Deno.test("takeSeat() counts a seat at once", () => {
  const seats = emptySeats();
  const wanted = newSeat(5_000, { blksize: 1_024, tsize: 70 }, {
    ...{ thread: 2, isStranger: true },
  });
  const seat = takeSeat(seats, wanted);
  assertEquals(seat, {
    ...wanted,
    ...{ id: 1, phase: "opening", isOpen: false, isCounted: true },
    ...{ endedAt: 0, progressAt: 0, receivedBytes: 0, isCutBack: false },
  });
  assert(seats.all.get(1) === seat);
  assert(seats.byPeer.get("10.0.0.1 5000") === seat);
  assertEquals(countsOf(seats), {
    ...{ ...NOBODY, taken: 1, halfOpen: [1], strangers: [1] },
    ...{ ofNetwork: { "10.0.0": [1] }, ofThread: [0, 0, 1] },
    ...{ clients: { [HOST]: { ...NO_CLIENT, halfOpen: [1] } } },
    halfOpenBytes: 1_029,
  });
  assertEquals(takeSeat(seats, newSeat(5_001)).id, 2);
});

Deno.test("foldNews() follows an upload from its request to its end", () => {
  const seats = emptySeats();
  const seat = takeSeat(seats, newSeat(5_000, { tsize: 100 }));
  const ofThread = [1, 0, 0];
  tell(seats, seat, "accepted");
  assertEquals([seat.phase, seat.isOpen], ["opening", true]);
  tell(seats, seat, "proven");
  assertEquals([seat.phase, seat.progressAt], ["receiving", 7]);
  const counts = (awaitedBytes: number, receivedBytes: number) => ({
    ...{ ...NOBODY, taken: 1, ofThread, reservedBytes: awaitedBytes },
    clients: {
      [HOST]: { ...NO_CLIENT, proven: 1, awaitedBytes, receivedBytes },
    },
  });
  assertEquals(countsOf(seats), counts(100, 0));
  foldNews(seats, { kind: "progress", seat: 1, bytes: 30 }, 6);
  assertEquals(countsOf(seats), counts(70, 30));
  // It may send more than it announced.
  foldNews(seats, { kind: "progress", seat: 1, bytes: 130 }, 8);
  assertEquals(countsOf(seats), counts(0, 130));
  assertEquals(seat.progressAt, 8);
  tell(seats, seat, "stored");
  assertEquals([seat.phase, seat.endedAt], ["saved", 7]);
  assertEquals(countsOf(seats), { ...NOBODY, taken: 1, ended: [1] });
  tell(seats, seat, "closed");
  assertEquals(countsOf(seats), NOBODY);
  assertEquals([seats.all.size, seats.byPeer.size], [0, 0]);
});

Deno.test("foldNews() reserves no more for many announcements of a client than for one", () => {
  const seats = emptySeats();
  for (let port = 5_000; port < 5_100; port++) {
    tell(seats, takeSeat(seats, newSeat(port, { tsize: 1e11 })), "proven");
  }
  assertEquals(seats.reservedBytes, STEP);
  const peer = { hostname: "10.0.0.2", port: 5_000 };
  const other = takeSeat(seats, newSeat(0, { tsize: 70 }, { peer }));
  tell(seats, other, "proven");
  assertEquals(seats.reservedBytes, STEP + 70);
});

Deno.test("foldNews() counts exactly what no disk could hold", () => {
  const seats = emptySeats();
  const huge = takeSeat(seats, newSeat(5_000, { tsize: 1e20 - 1 }));
  const small = takeSeat(seats, newSeat(5_001, { tsize: 700 }));
  tell(seats, huge, "proven");
  tell(seats, small, "proven");
  tell(seats, huge, "failed", "closed");
  assertEquals(seats.reservedBytes, 700);
  tell(seats, small, "failed", "closed");
  assertEquals(countsOf(seats), NOBODY);
});

Deno.test("foldNews() lets an upload fail at any time", () => {
  for (const kinds of [["failed"], ["proven", "failed"]] as const) {
    const seats = emptySeats();
    const seat = takeSeat(seats, newSeat(5_000, { tsize: 100 }));
    tell(seats, seat, ...kinds);
    assertEquals([seat.phase, seat.endedAt], ["failed", 7]);
    assertEquals(countsOf(seats), { ...NOBODY, taken: 1, ended: [1] });
  }
});

Deno.test("foldNews() has no use for news of nobody", () => {
  const seats = emptySeats();
  const seat = takeSeat(seats, newSeat(5_000));
  tell(seats, seat, "closed", "proven", "stored", "refused", "closed");
  assertEquals(countsOf(seats), NOBODY);
});

Deno.test("countUnderWay() counts neither what ended nor who was asked to go", () => {
  const seats = emptySeats();
  const [, second, third] = [5_001, 5_002, 5_003, 5_004].map((port, thread) =>
    takeSeat(seats, newSeat(port, {}, { thread }))
  );
  assert(second !== undefined && third !== undefined);
  assertEquals(countUnderWay(seats), 4);
  tell(seats, second, "proven", "stored");
  discount(seats, third);
  assertEquals(countUnderWay(seats), 2);
});

Deno.test("discount() stops counting once, and nobody who has left", () => {
  const seats = emptySeats();
  const seat = takeSeat(seats, newSeat(5_000));
  for (const it of [seat, seat, undefined]) {
    discount(seats, it);
    assertEquals(countsOf(seats), NOBODY);
  }
  // What becomes of it is noted, but does not count.
  tell(seats, seat, "stored");
  assertEquals(seat.phase, "saved");
  assertEquals(countsOf(seats), NOBODY);
});

Deno.test("takeSeat() takes the places of those who give way, and foldNews() gives them back to them", () => {
  const seats = emptySeats();
  const latest = takeSeat(seats, newSeat(5_001));
  takeSeat(seats, newSeat(5_002));
  const before = countsOf(seats);
  const rest = { supersedes: 1, evicts: 2 };
  const third = takeSeat(seats, newSeat(5_001, {}, rest));
  assertEquals(countsOf(seats), recountOf(seats));
  assertEquals(countsOf(seats).halfOpen, [3]);
  assertEquals(seats.all.size, 3);
  assert(seats.byPeer.get("10.0.0.1 5001") === third);
  // The one they were for is refused.
  tell(seats, third, "refused");
  assertEquals(countsOf(seats), before);
  assert(seats.byPeer.get("10.0.0.1 5001") === latest);
  // Those who have left meanwhile get nothing.
  const seat = takeSeat(seats, newSeat(5_001, {}, rest));
  tell(seats, latest, "failed", "closed");
  tell(seats, seat, "refused");
  assertEquals(countsOf(seats).halfOpen, [2]);
  assert(!seats.byPeer.has("10.0.0.1 5001"));
});

Deno.test("foldNews() knows the first upload of a client that changes its mind twice", () => {
  const seats = emptySeats();
  const [first, second, third] = [undefined, 1, 2].map((supersedes) =>
    takeSeat(seats, newSeat(5_000, {}, { supersedes }))
  );
  assert(first !== undefined && second !== undefined && third !== undefined);
  // The first is being saved, so the second has to wait and never begins.
  tell(seats, second, "refused");
  assert(seats.byPeer.get("10.0.0.1 5000") === third);
  assertEquals(third.supersedes, 1);
  assertEquals(countsOf(seats), recountOf(seats));
  // Nor does the third.
  tell(seats, third, "refused");
  assert(seats.byPeer.get("10.0.0.1 5000") === first);
  assertEquals(countsOf(seats), recountOf(seats));
});

Deno.test("foldNews() counts again who was to go but proved to be real in time", () => {
  const seats = emptySeats();
  const seat = takeSeat(seats, newSeat(5_000));
  discount(seats, seat);
  tell(seats, seat, "proven");
  assertEquals(countsOf(seats), recountOf(seats));
  assertEquals(countUnderWay(seats), 1);
  // Not so if its client wants another upload instead.
  takeSeat(seats, newSeat(5_000, {}, { supersedes: 1 }));
  tell(seats, seat, "proven");
  assertEquals(countUnderWay(seats), 1);
});
