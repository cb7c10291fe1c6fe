import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  negotiate,
  type Negotiated,
  type NegotiationLimits,
  windowCapacity,
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
    [["windowsize", "71"]],
    { windowsize: 71 },
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

/** Python and C accept several of these as a number; nobody else should. */
const NO_NUMBERS = [
  "",
  " ",
  " 512 ",
  "512 ",
  "\t512",
  "512\n",
  "+512",
  "-512",
  "5_12",
  "0x200",
  "5e2",
  "512.0",
  "512,",
  "NaN",
  "Infinity",
  "\u00b2",
  "100000000000000000000",
];

for (const value of NO_NUMBERS) {
  Deno.test(`negotiate() leaves out ${JSON.stringify(value)} (row 38)`, () => {
    const asked = ["blksize", "windowsize", "timeout", "tsize"].map((name) => ({
      name,
      value,
    }));
    assertEquals(negotiate(asked, LIMITS), PLAIN);
  });
}

Deno.test("negotiate() cuts a block to the server's own limit (row 39)", () => {
  const asked = optionsOf([["blksize", "1468"], ["windowsize", "4"]]);
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

// Measured with a receive buffer as Linux has it: so many blocks are kept
// while nobody reads.
for (
  const [blksize, blocks] of [
    [512, 71],
    [1468, 71],
    [1469, 35],
    [2048, 35],
    [4096, 23],
    [8192, 11],
    [16384, 5],
    [32768, 3],
    [65464, 1],
  ] as const
) {
  Deno.test(`windowCapacity() is ${blocks} for blocks of ${blksize} bytes (row 14)`, () => {
    assertEquals(windowCapacity(blksize, 212_992), blocks);
  });
}

Deno.test("windowCapacity() is never 0 (row 14)", () => {
  assertEquals(windowCapacity(512, 0), 1);
});

const anyNumber = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat({ max: 70_000 }),
  fc.bigInt({ min: 0n, max: 10n ** 21n }),
).map((value) => `${value}`);
const anyOption = fc.record({
  name: fc.oneof(
    fc.mixedCase(
      fc.constantFrom("blksize", "windowsize", "timeout", "tsize"),
    ),
    fc.string({ maxLength: 8 }),
  ),
  value: fc.oneof(anyNumber, fc.string({ maxLength: 8 })),
});

Deno.test("negotiate() grants no more than was asked for, each option once", () => {
  fc.assert(
    fc.property(fc.array(anyOption, { maxLength: 8 }), (asked) => {
      const { accepted } = negotiate(asked, LIMITS);
      const seen = new Set<string>();
      for (const { name, value } of accepted) {
        const key = name.toLowerCase();
        assert(!seen.has(key), `${name} twice`);
        seen.add(key);
        const first = asked.find((it) => it.name.toLowerCase() === key);
        assertEquals(first?.name, name);
        assertLessOrEqual(Number(value), Number(first?.value));
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("negotiate() settles terms within the limits, and those it echoes", () => {
  fc.assert(
    fc.property(fc.array(anyOption, { maxLength: 8 }), (asked) => {
      const terms = negotiate(asked, LIMITS);
      const echo = new Map(
        terms.accepted.map(({ name, value }) => [name.toLowerCase(), value]),
      );
      assertEquals(terms.blksize, Number(echo.get("blksize") ?? 512));
      assertEquals(terms.windowsize, Number(echo.get("windowsize") ?? 1));
      assertEquals(terms.timeoutMs, Number(echo.get("timeout") ?? 1) * 1_000);
      assertEquals(terms.tsize ?? -1, Number(echo.get("tsize") ?? -1));
      assert(terms.blksize >= 8 && terms.blksize <= 65464);
      assert(terms.windowsize >= 1 && terms.windowsize <= 71);
      assert(terms.timeoutMs >= 1_000 && terms.timeoutMs <= 255_000);
    }),
    { numRuns: 1_000 },
  );
});

function optionsOf(pairs: Pairs): Option[] {
  return pairs.map(([name, value]) => ({ name, value }));
}
