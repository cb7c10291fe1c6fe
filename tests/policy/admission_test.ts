import { assertEquals } from "@std/assert";
import {
  type AdmissionLimits,
  admit,
  type Giver,
  type Occupancy,
} from "../../lib/policy/admission.ts";

const LIMITS: AdmissionLimits = {
  ...{ maxTransfers: 10, maxPerClient: 4, maxBytes: 1_000 },
};
/** A server with room for everybody. */
const EMPTY: Occupancy = {
  ...{ taken: 0, ended: 0, halfOpen: 0, strangers: 0, ofNetwork: 0 },
  ...{ proven: 0, unproven: 0 },
  ...{ freeBytes: 5_000, reservedBytes: 0 },
};
/** Every place is taken, and every client has sent a block. */
const FULL: Occupancy = { ...EMPTY, taken: 10 };
/** No more may be half-open, mostly strangers are; the server has room. */
const CROWDED: Occupancy = {
  ...{ ...EMPTY, halfOpen: 3_000, strangers: 2_400 },
};
const MANY: AdmissionLimits = { ...LIMITS, maxTransfers: 10_000 };

/** The two that the end of another upload may change. */
const TOO_MANY = "0: too many uploads at once - try again later";
const BUSY = "0: server is busy - try again later";
const NO_SPACE = "3: not enough disk space - need";
const DISK_FULL = "3: disk full on server";

/** An announced size, what differs from the first occupancy, what becomes. */
const CASES: ReadonlyArray<
  readonly [
    tsize: number | undefined,
    occupancy: Occupancy,
    differs: Partial<Occupancy>,
    admission: string,
  ]
> = [
  [undefined, EMPTY, {}, "admit"],
  // The size: first the limit, then the disk, to the byte.
  [0, EMPTY, {}, "admit"],
  [1_000, EMPTY, {}, "admit"],
  [1_001, EMPTY, {}, "3: file too large - 1001 bytes, limit 1000"],
  [
    ...[2_000, EMPTY, { freeBytes: 5 }] as const,
    "3: file too large - 2000 bytes, limit 1000",
  ],
  [500, EMPTY, { freeBytes: 500 }, "admit"],
  [501, EMPTY, { freeBytes: 500 }, `${NO_SPACE} 501, have 500`],
  [501, EMPTY, { freeBytes: -7 }, `${NO_SPACE} 501, have 0`],
  // What others have announced is theirs, but keeps out nobody who has not.
  [501, EMPTY, { reservedBytes: 4_500 }, `${NO_SPACE} 501, have 500`],
  [500, EMPTY, { reservedBytes: 4_500 }, "admit"],
  [undefined, EMPTY, { reservedBytes: 5_000 }, "admit"],
  [0, EMPTY, { reservedBytes: 5_000 }, "admit"],
  [9, EMPTY, { freeBytes: undefined, reservedBytes: 5_000 }, "admit"],
  [undefined, EMPTY, { freeBytes: 0 }, DISK_FULL],
  [0, EMPTY, { freeBytes: 0 }, DISK_FULL],
  [undefined, EMPTY, { freeBytes: -7 }, DISK_FULL],
  [undefined, EMPTY, { freeBytes: 1 }, "admit"],
  [1_000, EMPTY, { freeBytes: undefined }, "admit"],
  // One client: only what is proven keeps it out.
  [undefined, EMPTY, { taken: 3, proven: 3 }, "admit"],
  [undefined, EMPTY, { taken: 4, proven: 4 }, TOO_MANY],
  [undefined, FULL, { ended: 3, halfOpen: 3, proven: 4 }, TOO_MANY],
  [undefined, EMPTY, { proven: 2, unproven: 1 }, "admit"],
  [undefined, EMPTY, { proven: 3, unproven: 1 }, "admit, evict client"],
  [undefined, EMPTY, { unproven: 4, halfOpen: 4 }, "admit, evict client"],
  [undefined, FULL, { unproven: 9, ended: 3 }, "admit, evict client"],
  // All together: nobody gives way while there is room.
  [undefined, FULL, { taken: 9 }, "admit"],
  [undefined, FULL, { taken: 9, ended: 5, halfOpen: 4 }, "admit"],
  [undefined, FULL, { ended: 1, halfOpen: 9 }, "admit, evict ended"],
  [undefined, FULL, { halfOpen: 1 }, "admit, evict half-open"],
  [undefined, FULL, { halfOpen: 8, strangers: 3 }, "admit, evict half-open"],
  [undefined, FULL, { halfOpen: 8, strangers: 4 }, "admit, evict stranger"],
  [undefined, FULL, {}, BUSY],
  [undefined, FULL, { taken: 12 }, BUSY],
  [900, FULL, { ended: 1, freeBytes: 899 }, `${NO_SPACE} 900, have 899`],
];

Deno.test("admit() decides by size, by client, and by what is taken", () => {
  for (const [tsize, occupancy, differs, expected] of CASES) {
    const it = admit(tsize, { ...occupancy, ...differs }, LIMITS);
    if (it.kind === "refuse") {
      const { reply: { code, message }, isForWantOfRoom } = it;
      assertEquals(`${code}: ${message}`, expected);
      assertEquals(
        isForWantOfRoom,
        [TOO_MANY, BUSY].includes(expected),
        expected,
      );
    } else {
      const evicts = it.evict === undefined ? "" : `, evict ${it.evict}`;
      assertEquals(`admit${evicts}`, expected);
    }
  }
});

Deno.test("admit() has a network with most of the half-open uploads give way itself", () => {
  const rows: ReadonlyArray<
    readonly [differs: Partial<Occupancy>, evict: Giver | undefined]
  > = [
    [{ halfOpen: 2_999, ofNetwork: 2_999 }, undefined],
    [{ ofNetwork: 1_500 }, "stranger"],
    [{ ofNetwork: 1_501 }, "network"],
    [{ ended: 1 }, "stranger"],
    // A flood of a known network does not have strangers make room for it.
    [{ strangers: 20, ofNetwork: 20 }, "half-open"],
    [{ taken: 10_000, ended: 1, ofNetwork: 1_501 }, "ended"],
    [{ taken: 10_000, halfOpen: 1, strangers: 1 }, "stranger"],
    [{ taken: 10_000, halfOpen: 1, strangers: 0 }, "half-open"],
  ];
  for (const [differs, evict] of rows) {
    const it = admit(undefined, { ...CROWDED, ...differs }, MANY);
    assertEquals(it, { kind: "admit", evict }, JSON.stringify(differs));
  }
});

Deno.test("admit() lets any size in without a limit", () => {
  const occupancy = { ...EMPTY, freeBytes: undefined };
  const admission = admit(1e20, occupancy, { ...LIMITS, maxBytes: Infinity });
  assertEquals(admission, { kind: "admit", evict: undefined });
});

Deno.test("admit() tells the operator the limit, its flag, and what is free", () => {
  const noMore = "free above --min-free";
  const above = `${noMore} and other uploads`;
  const perClient = ", but --max-per-client is 4";
  const transfers = '--max-transfers and "ulimit -n"';
  const rows: ReadonlyArray<
    readonly [number | undefined, Occupancy, Partial<Occupancy>, string]
  > = [
    [3_000, EMPTY, {}, "3000 bytes, but --max-size is 1000"],
    [500, EMPTY, { freeBytes: 9 }, `500 bytes, but 9 ${above}`],
    [500, EMPTY, { freeBytes: -9 }, `500 bytes, but 0 ${above}`],
    [undefined, EMPTY, { freeBytes: -9 }, `disk full: 0 bytes ${noMore}`],
    [undefined, EMPTY, { proven: 4 }, `4 uploads of this client${perClient}`],
    [undefined, FULL, {}, `10 uploads are under way; see ${transfers}`],
  ];
  for (const [tsize, occupancy, differs, reason] of rows) {
    const it = admit(tsize, { ...occupancy, ...differs }, LIMITS);
    assertEquals(it.kind === "refuse" && it.reason, reason);
  }
});
