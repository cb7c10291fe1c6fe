import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { parseAddress } from "../../lib/policy/address.ts";
import {
  type Bucket,
  networkOf,
  type Rate,
  take,
} from "../../lib/policy/rate.ts";

const RATE: Rate = { perSecond: 10, burst: 3 };

/** What is in the bucket, when it is asked, and what comes of it. */
const TAKES: ReadonlyArray<
  readonly [
    what: string,
    before: Bucket | undefined,
    now: number,
    taken: boolean,
    after: Bucket,
  ]
> = [
  ["begins with a full bucket", undefined, 7, true, { tokens: 2, at: 7 }],
  [
    "takes the last token",
    { tokens: 1, at: 0 },
    0,
    true,
    { tokens: 0, at: 0 },
  ],
  [
    "takes none from an empty bucket",
    { tokens: 0, at: 0 },
    0,
    false,
    { tokens: 0, at: 0 },
  ],
  [
    "takes no part of a token",
    { tokens: 0.5, at: 0 },
    0,
    false,
    { tokens: 0.5, at: 0 },
  ],
  [
    "gathers what comes back even when it takes none",
    { tokens: 0, at: 0 },
    50,
    false,
    { tokens: 0.5, at: 50 },
  ],
  [
    "takes the token that has come back",
    { tokens: 0, at: 0 },
    100,
    true,
    { tokens: 0, at: 100 },
  ],
  [
    "keeps what came back beyond the one taken",
    { tokens: 0, at: 0 },
    200,
    true,
    { tokens: 1, at: 200 },
  ],
  [
    "never holds more than the burst",
    { tokens: 2, at: 0 },
    1_000_000,
    true,
    { tokens: 2, at: 1_000_000 },
  ],
  [
    "gives nothing for a clock that runs backwards",
    { tokens: 0, at: 1_000 },
    900,
    false,
    { tokens: -1, at: 900 },
  ],
];

for (const [what, before, now, taken, after] of TAKES) {
  Deno.test(`take() ${what}`, () => {
    assertEquals(take(before, RATE, now), { bucket: after, taken });
  });
}

/** How many are let through at these times, one request each. */
function countTaken(times: readonly number[], rate: Rate): number {
  let bucket: Bucket | undefined;
  let count = 0;
  for (const now of times) {
    const next = take(bucket, rate, now);
    bucket = next.bucket;
    if (next.taken) count++;
  }
  return count;
}

Deno.test("take() lets the burst through while time stands still", () => {
  assertEquals(countTaken(Array(100).fill(5), RATE), 3);
});

Deno.test("take() lets the rate through in the long run", () => {
  // Every 25 ms for ten seconds: the burst, then every fourth.
  const times = Array.from({ length: 400 }, (_, i) => i * 25);
  assertEquals(countTaken(times, { perSecond: 10, burst: 3 }), 102);
});

Deno.test("take() gives nothing for a clock that swings to and fro", () => {
  const times = Array.from({ length: 200 }, (_, i) => i % 2 * 50);
  assertEquals(countTaken(times, RATE), 3);
});

Deno.test("take() never exceeds burst and rate, however time goes", () => {
  const time = fc.integer({ min: 0, max: 2_000 });
  fc.assert(
    fc.property(
      fc.array(time, { minLength: 1, maxLength: 200 }),
      fc.record({
        perSecond: fc.integer({ min: 1, max: 50 }),
        burst: fc.integer({ min: 1, max: 20 }),
      }),
      (times, rate) => {
        const spanMs = Math.max(...times) - Math.min(...times);
        const most = rate.burst + spanMs / 1_000 * rate.perSecond;
        // Fractions are added up in an order of their own.
        assertLessOrEqual(countTaken(times, rate), most + 1e-6);
      },
    ),
  );
});

const NETWORKS: ReadonlyArray<readonly [address: string, network: string]> = [
  ["192.0.2.7", "192.0.2"],
  ["192.0.2.255", "192.0.2"],
  ["192.0.3.7", "192.0.3"],
  ["0.0.0.0", "0.0.0"],
  ["::", "0:0:0:0"],
  ["::1", "0:0:0:0"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["2001:db8::1:0:0:1", "2001:db8:0:0"],
  ["2001:db8:0:1::1", "2001:db8:0:1"],
  ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1"],
  ["2001:db8:1::", "2001:db8:1:0"],
  ["1:2:3:4::", "1:2:3:4"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4"],
  ["1:0:0:4::8", "1:0:0:4"],
  ["fe80::1:2:3:4", "fe80:0:0:0"],
];

for (const [address, network] of NETWORKS) {
  Deno.test(`networkOf() counts ${address} under ${network}`, () => {
    assertEquals(networkOf(address), network);
  });
}

/** Mostly zeros, so that most addresses are compressed somewhere. */
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const half = fc.array(group, { minLength: 4, maxLength: 4 });

function canonical(groups: readonly number[]): string {
  const text = groups.map((it) => it.toString(16)).join(":");
  const address = parseAddress(text);
  assert(address !== undefined);
  return address;
}

Deno.test("networkOf() has one text for all addresses of a /64", () => {
  fc.assert(
    fc.property(half, half, half, (network, one, other) => {
      // Addresses of IPv4 are mapped into this one, and counted as such.
      fc.pre(network.some((it) => it !== 0));
      assertEquals(
        networkOf(canonical([...network, ...one])),
        networkOf(canonical([...network, ...other])),
      );
    }),
  );
});

Deno.test("networkOf() has a text of its own for every /64", () => {
  fc.assert(
    fc.property(half, half, half, (one, other, host) => {
      fc.pre(one.join() !== other.join());
      fc.pre(one.some((it) => it !== 0) && other.some((it) => it !== 0));
      const texts = [one, other].map((it) =>
        networkOf(canonical([...it, ...host]))
      );
      assert(texts[0] !== texts[1]);
    }),
  );
});
