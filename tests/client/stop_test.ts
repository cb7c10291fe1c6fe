import { assertEquals } from "@std/assert";
import { stopServer } from "../../lib/client/stop.ts";
import { decodeStop, encodeStop } from "../../lib/protocol/stop_message.ts";
import { StopKey } from "../../lib/stop_key.ts";
import { ack, sendFirst, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { FakeServer } from "./fake_server.ts";

const KEY = await StopKey.from(new Uint8Array(32).fill(1));
const OTHER_KEY = await StopKey.from(new Uint8Array(32).fill(2));
const RUN = new Uint8Array(16).fill(4);
const HOST = "127.0.0.1";

Deno.test("stopServer() waits for running uploads and says how many", () =>
  withServer({}, async ({ server, names, events, event }) => {
    const { port } = server;
    using first = new Peer(port);
    using second = new Peer(port);
    for (const [peer, name] of [[first, "f"], [second, "g"]] as const) {
      await sendFirst(peer, name);
    }
    const running = Promise.withResolvers<number>();
    const outcome = stopServer(KEY, { hostname: HOST, port }, running.resolve);
    assertEquals(await running.promise, 2);
    for (const peer of [first, second]) {
      assertEquals(await peer.block(2, pattern(5)), ack(2));
      await event("stored");
    }
    server.pass(1_000);
    assertEquals(await outcome, "stopped");
    assertEquals(names(), ["f", "g"]);
    await server.ended;
    assertEquals(events.at(-1), { kind: "stopped" });
    // Its port is free.
    Deno.listenDatagram({ transport: "udp", hostname: HOST, port }).close();
  }, { key: KEY, threads: 2 }));

/** A server that says something of itself so many times. */
function serverSaying(words: number): FakeServer {
  return new FakeServer((datagram) => {
    const message = decodeStop(datagram)?.message;
    if (message === undefined || words === 0) return Promise.resolve(undefined);
    const { client, kind } = message;
    if (kind === "hello") {
      const challenge = { kind: "challenge", client, run: RUN } as const;
      return Promise.resolve(encodeStop(challenge));
    }
    words--;
    const status = { kind: "status", client, run: RUN } as const;
    return KEY.sign(encodeStop({ ...status, uploads: 3, isStopped: false }));
  });
}

// All of them wait for as long as a server may be silent, so they wait together.
Deno.test("stopServer() tells a server that is gone, one that refuses and none at all apart", async () => {
  using silent = serverSaying(0);
  using dying = serverSaying(1);
  await withServer({}, async ({ server, count }) => {
    const uploads: number[] = [];
    const stop = (key: StopKey, port: number) =>
      stopServer(key, { hostname: HOST, port }, (it) => uploads.push(it));
    const outcomes = await Promise.all([
      stop(KEY, silent.port),
      stop(KEY, dying.port),
      stop(OTHER_KEY, server.port),
    ]);
    assertEquals(outcomes, ["silent", "gone", "refused"]);
    assertEquals(uploads, [3]);
    assertEquals(count("stopping"), 0);
  }, { key: KEY });
});
