import { assertEquals } from "@std/assert";
import {
  type Admission,
  type AdmissionLimits,
  admit,
  type Occupancy,
} from "../../lib/policy/admission.ts";

const LIMITS: AdmissionLimits = {
  maxTransfers: 10,
  maxPerClient: 4,
  maxBytes: 1_000,
};

/** A server with room for everybody. */
const EMPTY: Occupancy = {
  sockets: 0,
  ended: 0,
  halfOpen: 0,
  ofClient: 0,
  freeBytes: 5_000,
};
/** Every socket is in use, and every client has sent a block. */
const FULL: Occupancy = { ...EMPTY, sockets: 10 };

const IN: Admission = { kind: "admit", evict: undefined };
const TOO_MANY = refusal(0, "too many uploads at once - try again later");
const BUSY = refusal(0, "server is busy - try again later");
const DISK_FULL = refusal(3, "disk full on server");

function refusal(code: number, message: string): Admission {
  return { kind: "refuse", reply: { kind: "error", code, message } };
}

const CASES: ReadonlyArray<
  readonly [
    what: string,
    tsize: number | undefined,
    occupancy: Occupancy,
    admission: Admission,
  ]
> = [
  ["lets in where there is room", undefined, EMPTY, IN],
  ["lets in a file of no bytes", 0, EMPTY, IN],
  ["lets in a file as large as allowed", 1_000, EMPTY, IN],
  [
    "refuses a file one byte larger than allowed (row 43)",
    1_001,
    EMPTY,
    refusal(3, "file too large - need 1001, have 1000"),
  ],
  [
    "names the limit before the disk (row 43)",
    2_000,
    { ...EMPTY, freeBytes: 500 },
    refusal(3, "file too large - need 2000, have 1000"),
  ],
  ["lets in what just fits the disk", 500, { ...EMPTY, freeBytes: 500 }, IN],
  [
    "refuses what is one byte too large for the disk (row 43)",
    501,
    { ...EMPTY, freeBytes: 500 },
    refusal(3, "not enough disk space - need 501, have 500"),
  ],
  [
    "shows what is below the minimum as nothing (row 43)",
    501,
    { ...EMPTY, freeBytes: -700 },
    refusal(3, "not enough disk space - need 501, have 0"),
  ],
  [
    "refuses any file on a full disk (row 43)",
    undefined,
    { ...EMPTY, freeBytes: 0 },
    DISK_FULL,
  ],
  [
    "refuses a file of no bytes on a full disk",
    0,
    { ...EMPTY, freeBytes: 0 },
    DISK_FULL,
  ],
  [
    "speaks of no size that nobody announced",
    undefined,
    { ...EMPTY, freeBytes: -700 },
    DISK_FULL,
  ],
  [
    "lets in a file of unknown size for the last byte",
    undefined,
    { ...EMPTY, freeBytes: 1 },
    IN,
  ],
  [
    "lets in where nobody knows what is free",
    1_000,
    { ...EMPTY, freeBytes: undefined },
    IN,
  ],
  [
    "lets in the last upload of a client",
    undefined,
    { ...EMPTY, sockets: 3, ofClient: 3 },
    IN,
  ],
  [
    "refuses one more upload of a client",
    undefined,
    { ...EMPTY, sockets: 4, ofClient: 4 },
    TOO_MANY,
  ],
  [
    "lets nobody give way to a client with too many",
    undefined,
    { ...FULL, ended: 3, halfOpen: 3, ofClient: 4 },
    TOO_MANY,
  ],
  ["lets in the last upload of all", undefined, { ...FULL, sockets: 9 }, IN],
  [
    "lets nobody give way while there is room",
    undefined,
    { ...FULL, sockets: 9, ended: 5, halfOpen: 4 },
    IN,
  ],
  [
    "lets an ended upload give way first",
    undefined,
    { ...FULL, ended: 1, halfOpen: 9 },
    { kind: "admit", evict: "ended" },
  ],
  [
    "lets a half-open one give way next",
    undefined,
    { ...FULL, halfOpen: 1 },
    { kind: "admit", evict: "half-open" },
  ],
  ["refuses when all are at work", undefined, FULL, BUSY],
  [
    "refuses when more are at work than allowed",
    undefined,
    { ...FULL, sockets: 12 },
    BUSY,
  ],
  [
    "lets nobody give way to a file that does not fit (row 43)",
    900,
    { ...FULL, ended: 1, halfOpen: 1, freeBytes: 899 },
    refusal(3, "not enough disk space - need 900, have 899"),
  ],
];

for (const [what, tsize, occupancy, admission] of CASES) {
  Deno.test(`admit() ${what}`, () => {
    assertEquals(admit(tsize, occupancy, LIMITS), admission);
  });
}

Deno.test("admit() lets any size in without a limit", () => {
  const unlimited = { ...LIMITS, maxBytes: Infinity };
  const occupancy = { ...EMPTY, freeBytes: undefined };
  assertEquals(admit(1e20, occupancy, unlimited), IN);
});
