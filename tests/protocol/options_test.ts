import { assertEquals } from "@std/assert";
import {
  negotiate,
  type Negotiated,
  type NegotiationLimits,
} from "../../lib/protocol/options.ts";
import type { Option } from "../../lib/protocol/packet.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: 65464,
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

/** What a client gets that asks for nothing. */
const PLAIN: Negotiated = {
  blksize: 512,
  windowsize: 1,
  timeoutMs: 1_000,
  tsize: undefined,
  accepted: [],
};

type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

/** What is asked for, what is echoed, and what differs from the plain terms. */
const CASES: ReadonlyArray<
  readonly [what: string, asked: Pairs, accepted: Pairs, Partial<Negotiated>]
> = [
  ["grants nothing to who asks for nothing", [], [], {}],
  [
    "echoes windowsize 1 and means RFC 1350 by it (row 13)",
    [["windowsize", "1"]],
    [["windowsize", "1"]],
    {},
  ],
  [
    "grants a window as asked for (row 14)",
    [["windowsize", "16"]],
    [["windowsize", "16"]],
    { windowsize: 16 },
  ],
  [
    "cuts a window to what the kernel holds of 512 bytes (row 14)",
    [["windowsize", "65535"]],
    [["windowsize", "70"]],
    { windowsize: 70 },
  ],
  [
    "cuts a window by the block size that comes behind it (row 14)",
    [["windowsize", "64"], ["blksize", "8192"]],
    [["windowsize", "11"], ["blksize", "8192"]],
    { windowsize: 11, blksize: 8192 },
  ],
  [
    "grants the largest block one at a time (row 14)",
    [["blksize", "65464"], ["windowsize", "4"]],
    [["blksize", "65464"], ["windowsize", "1"]],
    { blksize: 65464, windowsize: 1 },
  ],
  [
    "echoes names as spelt by the client (row 34)",
    [["BLKSIZE", "1024"], ["tSize", "7"], ["TimeOut", "2"]],
    [["BLKSIZE", "1024"], ["tSize", "7"], ["TimeOut", "2"]],
    { blksize: 1024, tsize: 7, timeoutMs: 2_000 },
  ],
  [
    "echoes in the order of the request (row 34)",
    [["timeout", "6"], ["tsize", "10"], ["blksize", "512"]],
    [["timeout", "6"], ["tsize", "10"], ["blksize", "512"]],
    { tsize: 10, timeoutMs: 6_000 },
  ],
  [
    "leaves out an unknown option (row 35)",
    [["multicast", ""], ["blksize", "1428"], ["rollover", "0"]],
    [["blksize", "1428"]],
    { blksize: 1428 },
  ],
  ["accepts nothing of unknown options (row 36)", [["x", "1"]], [], {}],
  [
    "accepts nothing of invalid options (row 36)",
    [["blksize", "big"], ["tsize", ""]],
    [],
    {},
  ],
  [
    "takes the first of a repeated option (row 37)",
    [["tsize", "5"], ["blksize", "1024"], ["BlkSize", "2048"]],
    [["tsize", "5"], ["blksize", "1024"]],
    { tsize: 5, blksize: 1024 },
  ],
  [
    "takes the first of a repeated option even if invalid (row 37)",
    [["blksize", "0"], ["blksize", "1024"]],
    [],
    {},
  ],
  ["leaves out blksize 7 (row 39)", [["blksize", "7"]], [], {}],
  ["leaves out blksize 0 (row 39)", [["blksize", "0"]], [], {}],
  [
    "grants blksize 8 (row 39)",
    [["blksize", "8"]],
    [["blksize", "8"]],
    { blksize: 8 },
  ],
  [
    "answers 65464 to a larger blksize (row 39)",
    [["blksize", "65465"]],
    [["blksize", "65464"]],
    { blksize: 65464 },
  ],
  [
    "answers 65464 to a blksize of 20 digits (row 39)",
    [["blksize", "99999999999999999999"]],
    [["blksize", "65464"]],
    { blksize: 65464 },
  ],
  [
    "answers a blksize with leading zeros by its number",
    [["blksize", "0600"]],
    [["blksize", "600"]],
    { blksize: 600 },
  ],
  ["leaves out windowsize 0 (row 14)", [["windowsize", "0"]], [], {}],
  ["leaves out windowsize 65536 (row 14)", [["windowsize", "65536"]], [], {}],
  ["leaves out timeout 0 (row 40)", [["timeout", "0"]], [], {}],
  [
    "grants the shortest timeout (row 40)",
    [["timeout", "1"]],
    [["timeout", "1"]],
    { timeoutMs: 1_000 },
  ],
  [
    "makes the longest timeout the interval of ours (rows 40, 41)",
    [["timeout", "255"]],
    [["timeout", "255"]],
    { timeoutMs: 255_000 },
  ],
  ["leaves out timeout 256 (row 40)", [["timeout", "256"]], [], {}],
  [
    "echoes the very text of a timeout (row 40)",
    [["timeout", "007"]],
    [["timeout", "007"]],
    { timeoutMs: 7_000 },
  ],
  [
    "echoes the very text of a tsize (row 42)",
    [["tsize", "00673312"]],
    [["tsize", "00673312"]],
    { tsize: 673312 },
  ],
  [
    "takes a tsize of 0 for an announced size (row 42)",
    [["tsize", "0"]],
    [["tsize", "0"]],
    { tsize: 0 },
  ],
  [
    "echoes a tsize of 20 digits unchanged (row 42)",
    [["tsize", "18446744073709551615"]],
    [["tsize", "18446744073709551615"]],
    { tsize: 18446744073709551615 },
  ],
  [
    "leaves out a tsize of 21 digits (row 38)",
    [["tsize", "100000000000000000000"]],
    [],
    {},
  ],
];

for (const [what, asked, accepted, terms] of CASES) {
  Deno.test(`negotiate() ${what}`, () => {
    assertEquals(negotiate(optionsOf(asked), LIMITS), {
      ...PLAIN,
      ...terms,
      accepted: optionsOf(accepted),
    });
  });
}

Deno.test("negotiate() cuts a block to the server's own limit (row 39)", () => {
  const asked = optionsOf([["blksize", "8192"], ["windowsize", "4"]]);
  const limits = { maxBlksize: 256, receiveBufferBytes: 6_000, timeoutMs: 500 };
  assertEquals(negotiate(asked, limits), {
    blksize: 256,
    windowsize: 2,
    timeoutMs: 500,
    tsize: undefined,
    accepted: optionsOf([["blksize", "256"], ["windowsize", "2"]]),
  });
});

Deno.test("negotiate() cuts even the block nobody asked about", () => {
  const limits = { ...LIMITS, maxBlksize: 256 };
  assertEquals(negotiate([], limits), { ...PLAIN, blksize: 256 });
});

function optionsOf(pairs: Pairs): Option[] {
  return pairs.map(([name, value]) => ({ name, value }));
}
