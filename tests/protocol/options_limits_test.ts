import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  negotiate,
  type NegotiationLimits,
  windowCapacity,
} from "../../lib/protocol/options.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: 65464,
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

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
    assertEquals(negotiate(asked, LIMITS), {
      blksize: 512,
      windowsize: 1,
      timeoutMs: 1_000,
      tsize: undefined,
      accepted: [],
    });
  });
}

// With the receive buffer as Linux has it.
for (
  const [blksize, blocks] of [
    [512, 70],
    [1468, 70],
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
      assert(terms.windowsize >= 1 && terms.windowsize <= 70);
      assert(terms.timeoutMs >= 1_000 && terms.timeoutMs <= 255_000);
    }),
    { numRuns: 1_000 },
  );
});
