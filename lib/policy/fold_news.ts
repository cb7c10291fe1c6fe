/**
 * What becomes of the seats by what the transfer threads tell.
 *
 * @module
 */

import { keyOf } from "./address.ts";
import { discount, recount, type Seat, type Seats } from "./seats.ts";

/** What a transfer thread tells of a seat; `lib/channel.ts` says it in full. */
export type SeatNews =
  | { readonly kind: "progress"; readonly seat: number; readonly bytes: number }
  | { readonly kind: "accepted" | "refused"; readonly seat: number }
  | { readonly kind: "proven" | "stored" | "failed"; readonly seat: number }
  | { readonly kind: "closed"; readonly seat: number };

/** Takes in what a transfer thread tells. */
export function foldNews(seats: Seats, news: SeatNews, now: number): void {
  const seat = seats.all.get(news.seat);
  if (seat === undefined) return;
  switch (news.kind) {
    case "accepted":
      seat.isOpen = true;
      seat.progressAt = now;
      return;
    case "refused":
      giveBack(seats, seat);
      return leave(seats, seat);
    case "proven":
      seat.progressAt = now;
      change(seats, seat, () => seat.phase = "receiving");
      // It was asked to go and could not be spared any more.
      if (isLatest(seats, seat)) recount(seats, seat);
      return;
    case "progress":
      seat.progressAt = now;
      return change(seats, seat, () => seat.receivedBytes = news.bytes);
    case "stored":
    case "failed":
      return change(seats, seat, () => {
        seat.phase = news.kind === "stored" ? "saved" : "failed";
        seat.endedAt = now;
      });
    case "closed":
      return leave(seats, seat);
  }
}

/** What those who do not get a place would have taken is theirs again. */
function giveBack(seats: Seats, refused: Seat): void {
  const { supersedes, evicts, peer } = refused;
  for (const id of [supersedes, evicts]) {
    const seat = id === undefined ? undefined : seats.all.get(id);
    if (seat === undefined) continue;
    recount(seats, seat);
    if (id !== supersedes) continue;
    if (isLatest(seats, refused)) seats.byPeer.set(keyOf(peer), seat);
    else supersede(seats, seat, refused);
  }
}

/** If its client has changed its mind once more, that upload takes its place. */
function supersede(
  { all, byPeer }: Seats,
  seat: Seat,
  { id, peer }: Seat,
): void {
  let next = byPeer.get(keyOf(peer));
  while (next !== undefined && next.supersedes !== id) {
    next = all.get(next.supersedes ?? 0);
  }
  if (next !== undefined) next.supersedes = seat.id;
}

function isLatest({ byPeer }: Seats, seat: Seat): boolean {
  return byPeer.get(keyOf(seat.peer)) === seat;
}

function leave(seats: Seats, seat: Seat): void {
  discount(seats, seat);
  seats.all.delete(seat.id);
  if (isLatest(seats, seat)) seats.byPeer.delete(keyOf(seat.peer));
}

/** Whatever changes in a seat, the counts follow. */
function change(seats: Seats, seat: Seat, update: () => void): void {
  const wasCounted = seat.isCounted;
  discount(seats, seat);
  update();
  if (wasCounted) recount(seats, seat);
}
