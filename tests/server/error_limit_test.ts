import { assert, assertLessOrEqual } from "@std/assert";
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
