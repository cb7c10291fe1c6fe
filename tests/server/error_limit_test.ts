import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { ERRORS_IN_ALL, ERRORS_PER_SOURCE } from "../../lib/policy/rate.ts";
import { ErrorLimit } from "../../lib/server/error_limit.ts";

/** How many ERRORs may be sent to these addresses, one each. */
function countAllowed(limit: ErrorLimit, hostnames: readonly string[]): number {
  return hostnames.filter((hostname) => limit.allows(hostname)).length;
}

/** A clock runs meanwhile, but not for as long as two seconds. */
function assertOneBurst(count: number, burst: number): void {
  assert(count >= burst);
  assertLessOrEqual(count, 2 * burst);
}

/** Addresses of one network, many times each. */
const NEIGHBOURS: ReadonlyArray<readonly [what: string, string[]]> = [
  ["an address", Array(1_000).fill("192.0.2.7")],
  ["a /24", Array.from({ length: 1_000 }, (_, i) => `192.0.2.${i % 250}`)],
  [
    "a /24 that is mapped into IPv6",
    Array.from({ length: 1_000 }, (_, i) => `::ffff:192.0.2.${i % 250}`),
  ],
  ["a /64", Array.from({ length: 1_000 }, (_, i) => `2001:db8::${1 + i}`)],
];

for (const [what, hostnames] of NEIGHBOURS) {
  Deno.test(`allows() gives ${what} one burst (rows 16, 52)`, () => {
    const count = countAllowed(new ErrorLimit(), hostnames);
    assertOneBurst(count, ERRORS_PER_SOURCE.burst);
  });
}

Deno.test("allows() counts an IPv4 address mapped into IPv6 as the same", () => {
  const limit = new ErrorLimit();
  countAllowed(limit, Array(1_000).fill("192.0.2.7"));
  const count = countAllowed(limit, Array(1_000).fill("::ffff:192.0.2.7"));
  assertLessOrEqual(count, ERRORS_PER_SOURCE.burst / 2);
});

Deno.test("allows() lets no network suffer from a flood in another", () => {
  const limit = new ErrorLimit();
  countAllowed(limit, Array(1_000).fill("::ffff:192.0.2.7"));
  for (const other of ["192.0.3.7", "::ffff:192.0.4.7", "2001:db8::1"]) {
    assert(limit.allows(other), other);
  }
});

Deno.test("allows() gives all networks together one burst (rows 16, 52)", () => {
  const hostnames = Array.from(
    { length: 5_000 },
    (_, i) => `10.${i >> 8}.${i & 0xff}.1`,
  );
  const count = countAllowed(new ErrorLimit(), hostnames);
  assertOneBurst(count, ERRORS_IN_ALL.burst);
});

/** How many of the ERRORs are allowed that are wanted every 50 ms. */
function countInTheLongRun(
  seconds: number,
  receiver: (i: number) => string,
): number {
  const own = performance.now;
  let now = 0;
  performance.now = () => now;
  try {
    const limit = new ErrorLimit();
    let count = 0;
    for (let i = 0; now < seconds * 1_000; i++, now += 50) {
      if (limit.allows(receiver(i))) count++;
    }
    return count;
  } finally {
    performance.now = own;
  }
}

Deno.test("allows() gives an address one a second in the long run (row 52)", () => {
  // The burst, then one for every second but the first.
  const count = countInTheLongRun(3_600, () => "192.0.2.7");
  assertEquals(count, 20 + 3_599);
});

Deno.test("allows() gives a /24 one a second in the long run (row 52)", () => {
  const count = countInTheLongRun(3_600, (i) => `192.0.2.${i % 256}`);
  assertEquals(count, 20 + 3_599);
});

Deno.test("allows() gives each of ten networks one a second (row 52)", () => {
  const count = countInTheLongRun(3_600, (i) => `192.0.${i % 10}.7`);
  assertEquals(count, 10 * (20 + 3_599));
});
