import { assertEquals } from "@std/assert";
import { ignoreSource } from "../../lib/policy/access.ts";

const ANYONE = { remoteip: undefined, servesLowPorts: false };

Deno.test("ignoreSource() lets clients from high ports pass", () => {
  for (const port of [1_024, 6_969, 65_535]) {
    assertEquals(
      ignoreSource({ hostname: "10.0.0.1", port }, ANYONE),
      undefined,
    );
  }
});

Deno.test("ignoreSource() ignores the ports of services (row 56)", () => {
  for (const port of [7, 19, 53, 69, 1_023]) {
    const from = { hostname: "10.0.0.1", port };
    assertEquals(
      ignoreSource(from, ANYONE),
      `port ${port} is a service's; see --low-ports`,
    );
    assertEquals(
      ignoreSource(from, { ...ANYONE, servesLowPorts: true }),
      undefined,
    );
  }
});

Deno.test("ignoreSource() always ignores port 0 (row 56)", () => {
  const from = { hostname: "10.0.0.1", port: 0 };
  const reason = "nobody can be answered at port 0";
  assertEquals(ignoreSource(from, ANYONE), reason);
  assertEquals(ignoreSource(from, { ...ANYONE, servesLowPorts: true }), reason);
});

Deno.test("ignoreSource() knows the only client however it is reported", () => {
  const rules = { ...ANYONE, remoteip: "10.0.0.1" };
  for (const hostname of ["10.0.0.1", "::ffff:10.0.0.1"]) {
    assertEquals(ignoreSource({ hostname, port: 5_000 }, rules), undefined);
  }
  assertEquals(
    ignoreSource({ hostname: "10.0.0.2", port: 5_000 }, rules),
    "only 10.0.0.1 may send",
  );
});
