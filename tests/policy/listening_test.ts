import { assert, assertEquals } from "@std/assert";
import {
  addressesFor,
  isLinkLocal,
  MAX_ADDRESSES,
} from "../../lib/policy/listening.ts";
import { having, rangesOf } from "./ranges.ts";

const IPV4 = ["127.0.0.1", "10.1.1.2", "169.254.7.7"];
const IPV6 = ["::1", "fd00::2"];
const MACHINE = having(...IPV4, "10.1.1.2", ...IPV6, "fe80::1");
const CROWD = having(
  ...Array.from({ length: MAX_ADDRESSES + 1 }, (_, i) => `10.0.1.${i}`),
);

Deno.test("addressesFor() chooses each address of the families that are wanted", () => {
  const rows: ReadonlyArray<
    readonly [
      hostnames: string,
      remoteip: string,
      interfaces: ReturnType<typeof having> | undefined,
      addresses: readonly string[],
    ]
  > = [
    ["", "", MACHINE, [...IPV4, ...IPV6]],
    ["::", "", MACHINE, [...IPV4, ...IPV6]],
    ["0.0.0.0", "", MACHINE, IPV4],
    ["10.1.1.2", "", MACHINE, ["10.1.1.2"]],
    ["10.9.9.9 ::1", "", MACHINE, ["10.9.9.9", "::1"]],
    ["0.0.0.0 ::1 127.0.0.1", "", MACHINE, [...IPV4, "::1"]],
    // Nobody can come from the other family.
    ["", "10.0.0.0/8", MACHINE, IPV4],
    ["::", "fd00::/8", MACHINE, IPV6],
    ["", "10.0.0.0/8 fd00::/8", MACHINE, [...IPV4, ...IPV6]],
    // There is none yet.
    ["", "fd00::/8", having("127.0.0.1"), ["::"]],
    ["0.0.0.0", "", [], ["0.0.0.0"]],
    // Nobody knows which there are, or they are too many.
    ["", "", undefined, ["::"]],
    ["", "10.0.0.0/8", undefined, ["0.0.0.0"]],
    ["0.0.0.0 ::1", "", undefined, ["0.0.0.0", "::1"]],
    ["0.0.0.0", "", CROWD, ["0.0.0.0"]],
    ["", "", CROWD.slice(1), CROWD.slice(1).map(({ address }) => address)],
  ];
  for (const [names, ranges, interfaces, addresses] of rows) {
    const hostnames = names.split(" ").filter((it) => it !== "");
    const remoteip = ranges === "" ? [] : rangesOf(ranges);
    const found = addressesFor({ hostnames, remoteip }, interfaces);
    assertEquals(found, addresses, `${names} from ${ranges}`);
  }
});

Deno.test("addressesFor() names the link of addresses that each link has", () => {
  const link = { family: "IPv6", address: "fe80::1" };
  const links = [{ ...link, scopeid: 2 }, { ...link, scopeid: 3 }];
  const rules = { hostnames: ["::"], remoteip: [] };
  assertEquals(addressesFor(rules, links), ["fe80::1%2", "fe80::1%3"]);
  // With too many in all, clients of one link are the few that go without.
  const crowd = CROWD.slice(1);
  const rest = crowd.map(({ address }) => address);
  assertEquals(addressesFor(rules, [...crowd, ...links]), rest);
});

Deno.test("isLinkLocal() knows addresses of one link", () => {
  for (const address of ["fe80::1", "FE80::1", "feb0::1%eth0", "fe9f::"]) {
    assert(isLinkLocal(address), address);
  }
  for (const address of ["fec0::1", "fd80::1", "169.254.1.1", "::1"]) {
    assert(!isLinkLocal(address), address);
  }
});
