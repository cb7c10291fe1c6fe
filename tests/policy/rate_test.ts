import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { parseAddress } from "../../lib/policy/address.ts";
import {
  type Bucket,
  ERRORS_IN_ALL,
  ERRORS_PER_SOURCE,
  fullBudget,
  networkOf,
  type Rate,
  spendError,
  take,
} from "../../lib/policy/rate.ts";

const RATE: Rate = { perSecond: 10, burst: 3 };

/** Tokens and the time, when it is asked, and what comes of it. */
const TAKES: ReadonlyArray<
  readonly [
    what: string,
    before: readonly [tokens: number, at: number] | undefined,
    now: number,
    taken: boolean,
    after: number,
  ]
> = [
  ["begins with a full bucket", undefined, 7, true, 2],
  ["takes the last token", [1, 0], 0, true, 0],
  ["takes none from an empty bucket", [0, 0], 0, false, 0],
  ["takes no part of a token", [0.5, 0], 0, false, 0.5],
  ["gathers what comes back even when it takes none", [0, 0], 50, false, 0.5],
  ["takes the token that has come back", [0, 0], 100, true, 0],
  ["keeps what came back beyond the one taken", [0, 0], 200, true, 1],
  ["never holds more than the burst", [2, 0], 1_000_000, true, 2],
  ["gives nothing for a clock that runs backwards", [0, 1_000], 900, false, -1],
];

Deno.test("take() takes a token if one is left or has come back", () => {
  for (const [what, before, now, taken, after] of TAKES) {
    const bucket = before && { tokens: before[0], at: before[1] };
    const expected = { bucket: { tokens: after, at: now }, taken };
    assertEquals(take(bucket, RATE, now), expected, what);
  }
});

/** How many are let through at these times, one request each. */
function countTaken(times: readonly number[], rate: Rate): number {
  let bucket: Bucket | undefined;
  return times.filter((now) => {
    const next = take(bucket, rate, now);
    bucket = next.bucket;
    return next.taken;
  }).length;
}

Deno.test("take() lets the burst through, then the rate, at most", () => {
  assertEquals(countTaken(Array(100).fill(5), RATE), 3);
  // Every 25 ms for ten seconds: the burst, then every fourth.
  const steady = Array.from({ length: 400 }, (_, i) => i * 25);
  assertEquals(countTaken(steady, RATE), 102);
  const toAndFro = Array.from({ length: 200 }, (_, i) => i % 2 * 50);
  assertEquals(countTaken(toAndFro, RATE), 3);
  const time = fc.integer({ min: 0, max: 2_000 });
  fc.assert(fc.property(
    fc.array(time, { minLength: 1, maxLength: 200 }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 20 }),
    (times, perSecond, burst) => {
      const spanMs = Math.max(...times) - Math.min(...times);
      const most = burst + spanMs / 1_000 * perSecond;
      // Fractions are added up in an order of their own.
      const taken = countTaken(times, { perSecond, burst });
      assertLessOrEqual(taken, most + 1e-6);
    },
  ));
});

/** Of so many ERRORs to each address, those that may be sent. */
function countSpent(
  hostnames: readonly string[],
  each: number,
  now = 0,
  budget = fullBudget(),
): number {
  return hostnames.flatMap((it) => Array<string>(each).fill(it))
    .filter((it) => spendError(budget, it, now)).length;
}

Deno.test("spendError() limits the ERRORs of a network, whatever the address", () => {
  const { burst } = ERRORS_PER_SOURCE;
  assertEquals(countSpent(["10.0.0.1"], 99), burst);
  assertEquals(countSpent(["10.0.0.1", "10.0.0.2"], 99), burst);
  assertEquals(countSpent(["10.0.0.1", "::ffff:10.0.0.2"], 99), burst);
  assertEquals(countSpent(["10.0.0.1", "10.0.1.1"], 99), 2 * burst);
  assertEquals(countSpent(["1::1", "1:0:0:1::1"], 99), 2 * burst);
});

Deno.test("spendError() lets one more through after a while", () => {
  const budget = fullBudget();
  countSpent(["10.0.0.1"], 99, 0, budget);
  const afterMs = 1_000 / ERRORS_PER_SOURCE.perSecond;
  assertEquals(countSpent(["10.0.0.1"], 9, afterMs - 1, budget), 0);
  assertEquals(countSpent(["10.0.0.1"], 9, afterMs, budget), 1);
});

Deno.test("spendError() limits the ERRORs of all together", () => {
  const all = Array.from({ length: 99 }, (_, i) => `10.0.${i}.1`);
  assertEquals(countSpent(all, 9), ERRORS_IN_ALL.burst);
});

Deno.test("spendError() remembers 4096 networks, those used last", () => {
  const budget = fullBudget();
  for (let i = 0; i < 4_098; i++) {
    spendError(budget, `10.${i >> 8}.${i & 0xff}.1`, i);
    spendError(budget, "10.0.1.1", i);
  }
  assertEquals(budget.networks.size, 4_096);
  const isKnown = [0, 1, 2, 3].map((it) => budget.networks.has(`10.0.${it}`));
  assertEquals(isKnown, [false, true, false, true]);
});

Deno.test("spendError() starts no network anew for whoever fills its table", () => {
  const budget = fullBudget();
  const fill = (first: number, now: number) => {
    for (let i = 0; i < 4_096; i++) {
      spendError(budget, `${first}.${i >> 8}.${i & 0xff}.1`, now);
    }
  };
  const spent = (hostname: string, now: number) =>
    countSpent([hostname], 99, now, budget);
  fill(10, 0);
  // What a network has used up is made up for after twenty seconds.
  assertEquals(spent("192.0.2.1", 19_999), 1);
  assertEquals(spent("10.15.255.1", 19_999), 20, "one that is known");
  fill(11, 3_600_000);
  assertEquals(spent("192.0.2.1", 3_619_999), 1, "in the next flood");
  // The flood is over: the table is as full, but of what does not matter.
  assertEquals(spent("192.0.2.2", 7_200_000), 20);
  assertEquals(spent("192.0.3.1", 7_200_000), 20);
});

const NETWORKS: Readonly<Record<string, string>> = {
  "192.0.2": "192.0.2.7 192.0.2.255",
  "0.0.0": "0.0.0.0",
  "0:0:0:0": ":: ::1",
  "2001:db8:0:0": "2001:db8::1 2001:db8::1:0:0:1",
  "2001:db8:0:1": "2001:db8:0:1::1 2001:db8:0:1:2:3:4:5",
  "2001:db8:1:0": "2001:db8:1::",
  "1:2:3:4": "1:2:3:4:: 1:2:3:4:5:6:7:8",
  "1:0:0:4": "1:0:0:4::8",
  "fe80:0:0:0": "fe80::1:2:3:4",
};

Deno.test("networkOf() counts a /24 and a /64 as one", () => {
  for (const [network, addresses] of Object.entries(NETWORKS)) {
    for (const address of addresses.split(" ")) {
      assertEquals(networkOf(address), network, address);
    }
  }
});

/** Mostly zeros, so that most addresses are compressed somewhere. */
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const half = fc.array(group, { minLength: 4, maxLength: 4 });

function canonical(groups: readonly number[]): string {
  const address = parseAddress(groups.map((it) => it.toString(16)).join(":"));
  assert(address !== undefined);
  return address;
}

Deno.test("networkOf() has one text for every /64, and no other has it", () => {
  fc.assert(fc.property(half, half, half, (network, other, host) => {
    // Addresses of IPv4 are mapped into this one, and counted as such.
    fc.pre([network, other].every((it) => it.some((part) => part !== 0)));
    const text = networkOf(canonical([...network, ...host]));
    assertEquals(text, networkOf(canonical([...network, ...other])));
    const isSame = text === networkOf(canonical([...other, ...host]));
    assertEquals(isSame, network.join() === other.join());
  }));
});
