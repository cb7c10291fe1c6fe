import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { DEFAULT_CONFIG } from "../../lib/server/config.ts";
import { Server } from "../../lib/server/server.ts";
import { StartError } from "../../lib/server/start_error.ts";
import { skip } from "../skip.ts";
import { withMount } from "../storage/upload_directory.ts";
import { list, startPortThread, withServer } from "./harness.ts";
import { pattern, Peer } from "./peer.ts";

Deno.test("drain() lets running uploads end and takes no new ones", async () => {
  await withServer({}, async ({ server, directory, events, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    const drained = server.drain();
    assertEquals((await event("stopping")).uploads, 1);
    using late = new Peer(server.port);
    await late.ask({ kind: "wrq", filename: "g", mode: "octet", options: [] });
    assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
    await drained;
    assertEquals(list(directory), ["f"]);
    assertEquals(events.at(-1), { kind: "stopped" });
    assertEquals(events.filter((it) => it.kind === "accepted").length, 1);
  });
});

Deno.test("drain() gives up what outlasts the grace period", async () => {
  await withServer({}, async ({ server, directory, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    const drained = server.drain(1);
    assertEquals((await peer.next()).packet, {
      kind: "error",
      code: 0,
      message: "server is shutting down",
    });
    assertEquals((await event("failed")).why, {
      kind: "server",
      message: "server is shutting down",
    });
    await drained;
    assertEquals(list(directory), []);
  });
});

Deno.test("drain() does not wait for a client that sent no block", async () => {
  await withServer({}, async ({ server, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await server.drain();
    assertEquals((await event("failed")).bytes, 0);
  });
});

Deno.test("stop() during drain() ends running uploads at once", async () => {
  await withServer({}, async ({ server, directory }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    const drained = server.drain();
    await server.stop();
    await drained;
    assertEquals((await peer.next()).packet.kind, "error");
    assertEquals(list(directory), []);
  });
});

Deno.test("start() explains a taken port and leaves nothing behind", async () => {
  await withServer({}, async ({ server }) => {
    const other = await Deno.makeTempDir();
    const config = {
      ...DEFAULT_CONFIG,
      directory: other,
      hostname: "127.0.0.1",
      port: server.port,
    };
    const report = { packets: false, add: () => {} };
    const thread = startPortThread();
    const error = await assertRejects(
      () => Server.start(config, report, thread.channel),
      StartError,
      "the port is taken",
    );
    assertEquals(error.hint, "stop the other server or try another --port");
    assertEquals(list(other), []);
    await Deno.remove(other);
    thread.terminate();
  });
});

Deno.test("start() explains a directory that is not there", async () => {
  await withServer({}, async ({ directory }) => {
    const thread = startPortThread();
    const config = { ...DEFAULT_CONFIG, directory: `${directory}/no` };
    const report = { packets: false, add: () => {} };
    await assertRejects(
      () => Server.start(config, report, thread.channel),
      StartError,
      "it does not exist",
    );
    thread.terminate();
  });
});

Deno.test("start() explains a read-only file system", async () => {
  const reason = await withMount("size=1m,ro", async (directory) => {
    const thread = startPortThread();
    const config = { ...DEFAULT_CONFIG, directory };
    const report = { packets: false, add: () => {} };
    await assertRejects(
      () => Server.start(config, report, thread.channel),
      StartError,
      "the file system is read-only",
    );
    thread.terminate();
  });
  if (reason !== undefined) skip(reason);
});

Deno.test("stop() ends the server though its lock cannot be removed", async () => {
  await withServer({}, async ({ server, directory, event }) => {
    const lock = list(directory).find((name) => name.endsWith(".lock")) ?? "";
    await Deno.remove(join(directory, lock));
    await Deno.mkdir(join(directory, lock, "full"), { recursive: true });
    await server.stop();
    const { message } = await event("trouble");
    assertStringIncludes(message, "cannot leave the directory in order");
    await event("stopped");
  });
});
