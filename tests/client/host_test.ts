import { assertEquals, assertRejects } from "@std/assert";
import { findHost } from "../../lib/client/host.ts";
import { Problem } from "../../lib/problem.ts";

Deno.test("findHost() knows addresses, and names as the system does", async () => {
  const rows: ReadonlyArray<readonly [host: string, address: string]> = [
    ["192.0.2.7", "192.0.2.7"],
    ["2001:DB8::0:1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["[fe80::1%eth0]", "fe80::1%eth0"],
    ["localhost", "127.0.0.1"],
  ];
  for (const [host, address] of rows) {
    assertEquals(await findHost(host), address, host);
  }
});

Deno.test("findHost() says what is no host", async () => {
  for (const host of ["192.0.2.7:69", "tftp://h/", "2001:db8::1::2", "1:2"]) {
    await assertRejects(
      () => findHost(host),
      Problem,
      "neither a host name nor an IP address",
    );
  }
  await assertRejects(() => findHost("a b"), Problem, "no address is known");
});
