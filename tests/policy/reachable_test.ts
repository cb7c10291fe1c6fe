import { assertEquals } from "@std/assert";
import { reachableAddresses } from "../../lib/policy/reachable.ts";

/** An interface with an address of IPv6 if there is a colon in it. */
function having(...addresses: string[]): { family: string; address: string }[] {
  return addresses.map((address) => ({
    family: address.includes(":") ? "IPv6" : "IPv4",
    address,
  }));
}

const LOOPBACK = ["127.0.0.1", "::1"];
const LINK = ["169.254.7.7", "fe80::1"];
const ALL = having(...LOOPBACK, ...LINK, "fd00::2", "10.1.1.2", "10.1.1.2");

type Row = readonly [
  hostname: string,
  interfaces: ReturnType<typeof having>,
  reachable: readonly string[],
];

const ROWS: readonly Row[] = [
  ["0.0.0.0", ALL, ["10.1.1.2"]],
  ["::", ALL, ["10.1.1.2", "fd00::2"]],
  ["", ALL, ["10.1.1.2", "fd00::2"]],
  ["10.1.1.2", ALL, []],
  ["::1", ALL, []],
  ["0.0.0.0", having(...LOOPBACK, ...LINK, "fd00::2"), ["169.254.7.7"]],
  ["::", having(...LOOPBACK, "fe80::1"), LOOPBACK],
  ["0.0.0.0", having(...LOOPBACK), ["127.0.0.1"]],
  ["0.0.0.0", [], []],
];

Deno.test("reachableAddresses() names those that can be reached from afar", () => {
  for (const [hostname, interfaces, reachable] of ROWS) {
    assertEquals(
      reachableAddresses(
        { hostnames: hostname === "" ? [] : [hostname], remoteip: [] },
        interfaces,
      ),
      reachable,
    );
  }
});
