import { assertEquals } from "@std/assert";
import { foldNews } from "../../lib/policy/fold_news.ts";
import {
  discount,
  emptySeats,
  type Seat,
  type Seats,
  takeSeat,
} from "../../lib/policy/seats.ts";
import { newSeed, Random } from "../random.ts";
import { countsOf, newSeat, NOBODY, recountOf } from "./seating.ts";

const HOSTS = ["10.0.0.1", "10.0.0.2", "10.0.1.1", "2001:db8::1"] as const;
const ENDS = ["closed", "refused"] as const;
const KINDS = [
  ...["accepted", "proven", "progress", "stored", "failed"] as const,
  ...ENDS,
  "discount",
] as const;

/** Does one thing that may happen to seats. */
function happen(seats: Seats, random: Random): void {
  const [first, ...others] = seats.all.values();
  const any = (): Seat | undefined =>
    first && random.pick<Seat>([first, ...others]);
  const seat = any();
  if (seat === undefined || random.chance(0.3)) {
    const supersedes = random.chance(0.4) ? any() : undefined;
    const tsize = random.pick([undefined, 0, 70, 1_000, 1e11]);
    const blksize = random.pick([8, 512, 65_464]);
    const hostname = random.pick(HOSTS);
    takeSeat(seats, {
      ...newSeat(random.int(1, 9), { tsize, blksize }),
      peer: supersedes?.peer ?? { hostname, port: random.int(1, 9) },
      supersedes: supersedes?.id,
      thread: random.int(0, 2),
      ...{ isStranger: random.chance(0.5), sparesAnswered: false },
      evicts: random.chance(0.3) ? any()?.id : undefined,
    });
    return;
  }
  const kind = random.pick(KINDS);
  if (kind === "discount") return discount(seats, seat);
  const bytes = random.int(0, 1_200);
  foldNews(seats, { kind, seat: seat.id, bytes }, 7);
}

Deno.test("foldNews() and takeSeat() count exactly whatever the order of events", () => {
  const seeds = new Random(newSeed());
  for (let run = 0; run < 200; run++) {
    const random = seeds.fork();
    const { seed } = random;
    const seats = emptySeats();
    for (let event = 0; event < 60; event++) {
      happen(seats, random);
      assertEquals(countsOf(seats), recountOf(seats), `seed ${seed}`);
    }
    for (const seat of [...seats.all.values()]) {
      const kind = random.pick(ENDS);
      foldNews(seats, { kind, seat: seat.id }, 7);
    }
    assertEquals(countsOf(seats), NOBODY, `seed ${seed}`);
    assertEquals([seats.all.size, seats.byPeer.size], [0, 0], `seed ${seed}`);
  }
});
