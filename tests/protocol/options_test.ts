import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  negotiate,
  type Negotiated,
  type NegotiationLimits,
  windowCapacity,
} from "../../lib/protocol/options.ts";
import { optionsOf } from "./story.ts";

const LIMITS: NegotiationLimits = {
  ...{ maxBlksize: 65464, maxWindowsize: 65535, ignoredOptions: [] },
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

/** What a client gets that asks for nothing. */
const PLAIN: Negotiated = {
  ...{ blksize: 512, windowsize: 1, timeoutMs: 1_000, tsize: undefined },
  ...{ rollover: undefined, accepted: [] },
};

/**
 * What is asked for, what is echoed (`=`: the very same), and what differs from
 * the plain terms.
 */
const CASES: ReadonlyArray<
  readonly [asked: string, accepted: string, Partial<Negotiated>]
> = [
  ["", "", {}],
  // Windows: 1 means RFC 1350; no more than the kernel holds.
  ["windowsize=1", "=", {}],
  ["windowsize=16", "=", { windowsize: 16 }],
  ["windowsize=65535", "windowsize=70", { windowsize: 70 }],
  ["windowsize=64 blksize=8192", "windowsize=11 blksize=8192", {
    windowsize: 11,
    blksize: 8192,
  }],
  ["blksize=65464 windowsize=4", "blksize=65464 windowsize=1", {
    blksize: 65464,
  }],
  // Names as the client spells them, in its order.
  ["BLKSIZE=1024 tSize=7 TimeOut=2", "=", {
    blksize: 1024,
    tsize: 7,
    timeoutMs: 2_000,
  }],
  ["timeout=6 tsize=10 blksize=512", "=", { tsize: 10, timeoutMs: 6_000 }],
  // The number behind block 65535.
  ["rollover=0", "=", { rollover: 0 }],
  ["ROLLOVER=1", "=", { rollover: 1 }],
  // Unknown and invalid ones are left out, of repeated ones the first counts.
  ["multicast= blksize=1428 x=0", "blksize=1428", { blksize: 1428 }],
  ["tsize=5 blksize=1024 BlkSize=2048", "tsize=5 blksize=1024", {
    tsize: 5,
    blksize: 1024,
  }],
  // Block sizes.
  ["blksize=8", "=", { blksize: 8 }],
  ["blksize=65465", "blksize=65464", { blksize: 65464 }],
  ["blksize=99999999999999999999", "blksize=65464", { blksize: 65464 }],
  ["blksize=0600", "blksize=600", { blksize: 600 }],
  // Timeouts and sizes: the very text is echoed (RFC 2349).
  ["timeout=1", "=", {}],
  ["timeout=255", "=", { timeoutMs: 255_000 }],
  ["timeout=007", "=", { timeoutMs: 7_000 }],
  ["tsize=00673312", "=", { tsize: 673312 }],
  ["tsize=0", "=", { tsize: 0 }],
  ["tsize=18446744073709551615", "=", { tsize: 18446744073709551615 }],
];

/** Options of which none is granted. */
const NOT_GRANTED = ["windowsize=0", "windowsize=65536", "rollover=2", "x=1"]
  .concat(["blksize=big tsize=", "blksize=0 blksize=1024", "blksize=7"])
  .concat(["blksize=0", "timeout=0", "timeout=256"])
  .concat(["tsize=100000000000000000000"]);

Deno.test("negotiate() grants and echoes what it can", () => {
  const nothing = NOT_GRANTED.map((it) => [it, "", {}] as const);
  for (const [asked, echoed, terms] of [...CASES, ...nothing]) {
    const accepted = optionsOf(echoed === "=" ? asked : echoed);
    const expected = { ...PLAIN, ...terms, accepted };
    assertEquals(negotiate(optionsOf(asked), LIMITS), expected, asked);
  }
});

/** Python and C accept several of these as a number; nobody else should. */
const NO_NUMBERS = ["", " ", " 512 ", "512 ", "\t512", "512\n", "+512", "-512"]
  .concat(["5_12", "0x200", "5e2", "512.0", "512,", "NaN", "Infinity"])
  .concat(["\u00b2", "100000000000000000000"]);

Deno.test("negotiate() leaves out what is no number", () => {
  for (const value of NO_NUMBERS) {
    const names = ["blksize", "windowsize", "timeout", "tsize"];
    const asked = names.map((name) => ({ name, value }));
    assertEquals(negotiate(asked, LIMITS), PLAIN, JSON.stringify(value));
  }
});

Deno.test("negotiate() cuts a block to the server's own limit", () => {
  const limits: NegotiationLimits = {
    ...{ maxBlksize: 256, maxWindowsize: 9, ignoredOptions: [] },
    ...{ receiveBufferBytes: 6_000, timeoutMs: 500 },
  };
  const asked = optionsOf("blksize=8192 windowsize=4");
  assertEquals(negotiate(asked, limits), {
    ...{ blksize: 256, windowsize: 2, timeoutMs: 500, tsize: undefined },
    ...{ rollover: undefined },
    accepted: optionsOf("blksize=256 windowsize=2"),
  });
  // Whoever does not ask sends 512, whatever the limit.
  assertEquals(negotiate([], limits).blksize, 512);
});

Deno.test("negotiate() cuts a window to the server's own limit", () => {
  const limits = { ...LIMITS, maxWindowsize: 4 };
  for (const [asked, granted] of [[3, 3], [4, 4], [5, 4], [65_535, 4]]) {
    const terms = negotiate(optionsOf(`windowsize=${asked}`), limits);
    assertEquals(terms.windowsize, granted);
    assertEquals(terms.accepted, optionsOf(`windowsize=${granted}`));
  }
});

Deno.test("negotiate() takes what is to be ignored for unknown", () => {
  const all = { blksize: 99, windowsize: 4, timeoutMs: 2_000, tsize: 9 };
  const rows = [
    ...[["blksize", "blksize"], ["windowsize", "windowsize"]] as const,
    ...[["timeout", "timeoutMs"], ["tsize", "tsize"]] as const,
    ["rollover", "rollover"],
  ] as const;
  const asked = optionsOf(
    "BLKSIZE=99 WindowSize=4 timeout=2 tsize=9 rollover=0",
  );
  for (const [name, field] of rows) {
    const limits = { ...LIMITS, ignoredOptions: [name] };
    const accepted = asked.filter((it) => it.name.toLowerCase() !== name);
    const expected = { ...PLAIN, ...all, rollover: 0 as const, accepted };
    const plain = { [field]: PLAIN[field] };
    assertEquals(negotiate(asked, limits), { ...expected, ...plain }, name);
  }
  const ignoredOptions = rows.map(([name]) => name);
  assertEquals(negotiate(asked, { ...LIMITS, ignoredOptions }), PLAIN);
});

Deno.test("windowCapacity() counts the fragments of a block", () => {
  // With the receive buffer as Linux has it.
  const rows = [[512, 70], [1468, 70], [1469, 35], [2048, 35], [4096, 23]]
    .concat([[8192, 11], [16384, 5], [32768, 3], [65464, 1]]);
  for (const [blksize = 0, blocks = 0] of rows) {
    assertEquals(windowCapacity(blksize, 212_992), blocks, `${blksize}`);
  }
  assertEquals(windowCapacity(512, 0), 1);
});

const anyNumber = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat({ max: 70_000 }),
  fc.bigInt({ min: 0n, max: 10n ** 21n }),
).map((value) => `${value}`);
const anyOption = fc.record({
  name: fc.oneof(
    fc.mixedCase(fc.constantFrom("blksize", "windowsize", "timeout", "tsize")),
    fc.string({ maxLength: 8 }),
  ),
  value: fc.oneof(anyNumber, fc.string({ maxLength: 8 })),
});

Deno.test("negotiate() settles what it echoes, within what was asked for", () => {
  fc.assert(
    fc.property(fc.array(anyOption, { maxLength: 8 }), (asked) => {
      const terms = negotiate(asked, LIMITS);
      const echo = new Map<string, string>();
      for (const { name, value } of terms.accepted) {
        const key = name.toLowerCase();
        const first = asked.find((it) => it.name.toLowerCase() === key);
        assert(!echo.has(key), `${name} twice`);
        assertEquals(first?.name, name);
        assertLessOrEqual(Number(value), Number(first?.value));
        echo.set(key, value);
      }
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
