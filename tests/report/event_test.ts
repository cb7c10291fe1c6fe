import { assert, assertEquals } from "@std/assert";
import { emptySeats, takeSeat } from "../../lib/policy/seats.ts";
import { eventOf } from "../../lib/report/event.ts";
import { newSeat } from "../policy/seating.ts";
import { COUNTS } from "./events.ts";

const SEAT = takeSeat(emptySeats(), newSeat(5_000, { tsize: 70 }));
const WHO = { peer: { hostname: "10.0.0.1", port: 5_000 }, filename: "a" };
const SUM = { bytes: 70, seconds: 2, counts: COUNTS };

Deno.test("eventOf() tells whose upload begins, and on what terms", () => {
  for (const kind of ["accepted", "proven"] as const) {
    assertEquals(eventOf({ kind, seat: 1 }, SEAT), {
      ...{ kind, ...WHO, mode: "octet" },
      ...{ blksize: 512, windowsize: 1, tsize: 70, isCutBack: false },
    });
  }
});

Deno.test("eventOf() tells what was announced where it is not what came", () => {
  const saved = { kind: "stored", storedName: "b", replacedBytes: 4 } as const;
  const news = { ...saved, seat: 1, ...SUM } as const;
  const event = { ...WHO, ...saved, ...SUM } as const;
  assertEquals(eventOf(news, SEAT), { ...event, announced: undefined });
  const long = { ...SUM, bytes: 71 };
  assertEquals(eventOf({ ...news, ...long }, SEAT), {
    ...{ ...event, ...long, announced: 70 },
  });
});

Deno.test("eventOf() makes nothing of a size that is 0, or that of a text", () => {
  const unknown = newSeat(5_000, { tsize: 0 });
  const text = newSeat(5_000, { tsize: 70 });
  const accepted = { ...text.accepted, mode: "netascii" } as const;
  for (const wanted of [unknown, { ...text, accepted }]) {
    const seat = takeSeat(emptySeats(), wanted);
    const begun = eventOf({ kind: "accepted", seat: 1 }, seat);
    assert(begun?.kind === "accepted");
    assertEquals(begun.tsize, undefined);
    const saved = { storedName: "a", replacedBytes: undefined } as const;
    const news = { kind: "stored", seat: 1, ...saved, ...SUM } as const;
    const event = eventOf({ ...news, bytes: 5 }, seat);
    assert(event?.kind === "stored");
    assertEquals(event.announced, undefined);
  }
});

Deno.test("eventOf() tells why an upload failed", () => {
  const why = { kind: "server", message: "disk full" } as const;
  const failure = { ...SUM, why, trouble: "cannot write", code: 3 };
  const diagnosis = {
    cause: undefined,
    advice: "make room, or lower --min-free",
  };
  for (const phase of ["opening", "receiving"] as const) {
    const isProven = phase === "receiving";
    const news = { kind: "failed", seat: 1, ...failure } as const;
    assertEquals(eventOf(news, { ...SEAT, phase }), {
      ...{ kind: "failed", ...WHO, ...failure, isProven, diagnosis },
    });
  }
});

Deno.test("eventOf() tells how far an upload is, and what nobody needs to know to nobody", () => {
  const { peer } = WHO;
  const rows = [
    [{ kind: "progress", seat: 1, bytes: 7 }, {
      ...{ kind: "progress", peer, bytes: 7 },
    }],
    [{ kind: "closed", seat: 1 }, undefined],
    [{ kind: "refused", seat: 1, told: undefined }, undefined],
  ] as const;
  for (const [news, event] of rows) {
    assertEquals<unknown>(eventOf(news, SEAT), event, news.kind);
  }
});
