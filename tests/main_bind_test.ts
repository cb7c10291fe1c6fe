/**
 * Which addresses the server listens on, and which it answers from.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { pattern, Peer, writeRequest } from "./peer.ts";
import { runProgram, ServerProcess, withProgram } from "./process.ts";
import { skip } from "./skip.ts";
import { namesIn, withTempDirectory } from "./temp_directory.ts";

Deno.test("main answers from the address that was asked", () =>
  withProgram(
    "--bind 127.0.0.1 --bind 127.0.0.2",
    async ({ server, directory }) => {
      const hosts = ["127.0.0.1", "127.0.0.2"];
      const where = hosts.map((it) => `${it}:${server.port}`).join(", ");
      assert(server.lines[0]?.includes(`listening on ${where}, storing`));
      for (const to of hosts) {
        using peer = new Peer(server.port, undefined, to);
        await peer.ask(writeRequest(`of-${to}`));
        peer.transferPort = (await peer.next()).port;
        assertEquals(peer.answeredBy, to);
        const last = await peer.block(1, pattern(9));
        assertEquals(last, { kind: "ack", block: 1 });
        // A refusal comes from there as well.
        await peer.ask(writeRequest("../bad"));
        const { packet } = await peer.next();
        assertEquals([peer.answeredBy, packet.kind], [to, "error"]);
      }
      assertEquals(namesIn(directory), ["of-127.0.0.1", "of-127.0.0.2"]);
    },
  ));

Deno.test("main listens on all of IPv4 and IPv6 unless it is told otherwise", () =>
  withProgram("--bind ::", async ({ server, directory }) => {
    assert(server.lines[0]?.includes(`listening on [::]:${server.port}`));
    for (const host of ["127.0.0.1", "::1"]) {
      const name = `of-${host.replaceAll(":", "")}`;
      using peer = new Peer(server.port, host, host);
      await peer.ask(writeRequest(name));
      peer.transferPort = (await peer.next()).port;
      assertEquals(peer.answeredBy, host);
      const last = await peer.block(1, pattern(9));
      assertEquals(last, { kind: "ack", block: 1 });
    }
    assertEquals(namesIn(directory), ["of-1", "of-127.0.0.1"]);
  }));

Deno.test("main lets no other server have its port, nor takes another's", () =>
  withProgram("--bind ::", async ({ server, directory }) => {
    const { port } = server;
    for (const address of ["0.0.0.0", "127.0.0.1", "::1"]) {
      const args = ["--dir", directory, "--port", `${port}`];
      const second = await runProgram([...args, "--bind", address]);
      assertEquals(second.code, 1, address);
      assert(second.stderr.includes("the port is taken"), second.stderr);
    }
    // Not even one that would share it.
    const [transport, hostname] = ["udp", "127.0.0.1"] as const;
    const shared = { transport, hostname, port, reuseAddress: true } as const;
    assertThrows(() => Deno.listenDatagram(shared), Deno.errors.AddrInUse);
  }));

Deno.test("main listens on addresses that come, and no more on those that go", async () => {
  const ip = (...args: string[]) =>
    new Deno.Command("ip", { args, stdout: "null", stderr: "null" }).output();
  const address = "127.9.8.7";
  const change = (verb: string) =>
    ip("address", verb, `${address}/32`, "dev", "lo")
      .then(({ success }) => success, () => false);
  if (!await change("add")) return skip("addresses cannot be added here");
  await change("del");
  await withTempDirectory(async (directory) => {
    const all = ["--bind", "0.0.0.0"];
    await using server = await ServerProcess.start(directory, all);
    try {
      await change("add");
      await server.line(/listening on 127\.9\.8\.7:\d+ as well/);
      using peer = new Peer(server.port, undefined, address);
      await peer.ask(writeRequest("f"));
      await peer.next();
      assertEquals(peer.answeredBy, address);
    } finally {
      await change("del");
    }
    await server.line(/no longer listening on 127\.9\.8\.7:/);
  });
});
