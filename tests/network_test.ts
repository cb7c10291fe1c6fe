/**
 * Real clients and the real program, with a real network between them: subnets,
 * losses, fragments, firewalls, address translation, IPv6. As root on Linux.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { FIREWALLS, protect } from "./network/firewalls.ts";
import { befall, MISHAPS, whyNot } from "./network/mishaps.ts";
import { PUT, type Setting, testNetwork, type Way } from "./network/stage.ts";

/** What the server says when another port does not get through. */
const ADVICE = ".*--single-port";

/** A router between client and server. */
const ROUTED: Setting = {
  cables: [
    "client 10.1.0.2/24 -- 10.1.0.1/24 router",
    "router 10.2.0.1/24 -- 10.2.0.2/24 server",
  ],
  gateways: { client: "10.1.0.1", server: "10.2.0.1" },
  routers: ["router"],
};
const ACROSS: Way = { from: "client", to: "10.2.0.2" };

testNetwork("one server serves two subnets", {
  cables: [
    "left 10.1.0.2/24 -- 10.1.0.1/24 server",
    "right 10.2.0.2/24 -- 10.2.0.1/24 server",
  ],
}, async (stage) => {
  const faults = await Promise.all([
    stage.uploadAll({ from: "left", to: "10.1.0.1" }, 20_000),
    stage.uploadAll({ from: "right", to: "10.2.0.1" }, 20_000),
  ]);
  assertEquals(faults.flat(), []);
  for (const client of ["10.1.0.2", "10.2.0.2"]) {
    await stage.server.line(new RegExp(` ${client}:\\d+ stored "f`));
  }
});

testNetwork("the server answers from the address that was asked", {
  cables: [
    "client 10.1.0.2/24 -- 10.1.0.1/24 10.1.0.7/24 server",
    "other 10.2.0.2/24 -- 10.2.0.1/24 server",
  ],
  gateways: { client: "10.1.0.1" },
}, async (stage) => {
  // The second one of an interface, and that of another interface.
  for (const to of ["10.1.0.7", "10.2.0.1"]) {
    assertEquals(await stage.uploadAll({ from: "client", to }, 5_000), []);
  }
});

for (const mishap of MISHAPS) {
  testNetwork(`clients get through a network that ${mishap.does} packets`, {
    ...ROUTED,
    whyNot: () => whyNot(mishap),
  }, async (stage) => {
    await befall(stage.network.host("router"), mishap);
    const [faults, fault] = await Promise.all([
      stage.uploadAll(ACROSS, 3_000),
      stage.upload(ACROSS, PUT, 100_000),
    ]);
    assertEquals([...faults, fault], [undefined]);
  });
}

testNetwork("blocks get smaller until none has to travel in fragments", {
  ...ROUTED,
  flags: ["--idle-timeout", "2s"],
}, async (stage) => {
  // Only what is asked for three seconds later is taken for another try.
  const client = PUT.replace("put", "put --timeout 3s --blksize 8192");
  const upload = () => stage.upload(ACROSS, client, 200_000);
  assertEquals(await upload(), undefined);
  const { network, server } = stage;
  const router = network.host("router");
  await router.configure("link set dev client mtu 1000");
  await network.host("client").configure("link set dev router mtu 1000");
  // Ahead of what puts them together again.
  const early = "filter hook prerouting priority -450";
  await router.rule(early, "ip frag-off & 0x3fff != 0 drop");
  assertMatch(await upload() ?? "", /f2 is not there/);
  const line = await server.line(/failed "f2"/);
  assertMatch(line, /; probably: blocks of 8192 bytes travel in fragments/);
  assertMatch(await upload() ?? "", /f3 is not there/);
  assertEquals(await upload(), undefined);
  const granted = server.lines
    .flatMap((it) => /accepted .* blksize (\d+)/.exec(it)?.[1] ?? []);
  assertEquals(granted, ["8192", "8192", "1400", "512"]);
});

for (const firewall of FIREWALLS) {
  const { name, asked, cause } = firewall;
  const way = { ...ACROSS, to: asked ?? ACROSS.to };
  const outcome = cause === undefined ? "succeeds" : "fails with a diagnosis";
  testNetwork(`an upload through ${name} ${outcome}`, {
    ...ROUTED,
    flags: ["--idle-timeout", "3s"],
  }, async (stage) => {
    const { network, server } = stage;
    await protect(network.host("router"), firewall, server.port);
    if (cause === undefined) {
      return assertEquals(await stage.uploadAll(way, 3_000), []);
    }
    // Half a second is enough between its requests to tell them from haste.
    const client = PUT.replace("put", "put --timeout 2s");
    const fault = await stage.upload(way, client, 3_000);
    assertMatch(fault ?? "", /f1 is not there; wotftp: error: cannot send/);
    const line = await server.line(/failed "f1"/);
    assertMatch(line, new RegExp(`; probably: .*${cause}.*; try: ${ADVICE}`));
    assertEquals(stage.names(), []);
  });
  testNetwork(`--single-port gets an upload through ${name}`, {
    ...ROUTED,
    flags: ["--single-port"],
  }, async (stage) => {
    const { network, server } = stage;
    await protect(network.host("router"), firewall, server.port);
    assertEquals(await stage.uploadAll(way, 3_000), []);
  });
}

testNetwork("IPv6 clients of all kinds are served beside those of IPv4", {
  cables: [
    "client 10.1.0.2/24 fd00:1::2/64 fe80::2/64 -- " +
    "fe80::1/64 fd00:1::1/64 10.1.0.1/24 server",
    // The addresses of one link again on another.
    "other fe80::2/64 -- fe80::1/64 server",
  ],
  flags: ["--bind", "::"],
}, async (stage) => {
  for (const to of ["10.1.0.1", "fd00:1::1", "fe80::1%server"]) {
    const faults = await stage.uploadAll({ from: "client", to }, 3_000);
    assertEquals(faults, []);
  }
  const other = { from: "other", to: "fe80::1%server" };
  assertEquals(await stage.uploadAll(other, 3_000), []);
});
