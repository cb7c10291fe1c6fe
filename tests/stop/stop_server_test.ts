import { assert, assertEquals } from "@std/assert";
import {
  type Challenge,
  decodeStop,
  encodeStop,
  type Status,
} from "../../lib/protocol/stop_message.ts";
import { StopKey } from "../../lib/stop/key.ts";
import { stopServer } from "../../lib/stop/stopper.ts";
import { withServer } from "../server/harness.ts";
import { pattern, Peer, writeRequest } from "../server/peer.ts";

const KEY = new Uint8Array(32).fill(1);
const OTHER_KEY = new Uint8Array(32).fill(2);
const CLIENT = new Uint8Array(16).fill(3);

function at(port: number): { hostname: string; port: number } {
  return { hostname: "127.0.0.1", port };
}

Deno.test("stopServer() ends a server that has the same key", async () => {
  const key = await StopKey.from(KEY);
  await withServer({}, async ({ server, events }) => {
    const seen: number[] = [];
    const outcome = await stopServer(key, at(server.port), (uploads) => {
      seen.push(uploads);
    });
    assertEquals(outcome, "stopped");
    await server.ended;
    assertEquals(events.at(-1), { kind: "stopped" });
  }, key);
});

Deno.test("stopServer() waits for running uploads and says how many", async () => {
  const key = await StopKey.from(KEY);
  await withServer({}, async ({ server, names }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    const running = Promise.withResolvers<number>();
    const outcome = stopServer(key, at(server.port), running.resolve);
    assertEquals(await running.promise, 1);
    assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
    assertEquals(await outcome, "stopped");
    assertEquals(names(), ["f"]);
  }, key);
});

Deno.test("a server that is being stopped answers nobody else", async () => {
  const key = await StopKey.from(KEY);
  await withServer({}, async ({ server, events, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    using conversation = new Conversation(server.port);
    const run = await conversation.hello();
    await conversation.stop(key, run, Date.now());
    assertEquals((await conversation.status()).uploads, 1);
    using late = new Peer(server.port);
    await late.ask(writeRequest("g"));
    await late.ask({ kind: "rrq", filename: "g", mode: "octet", options: [] });
    await late.sendBytes(
      encodeStop({ kind: "hello", client: CLIENT }),
      server.port,
    );
    // The port is read in its order, so an ERROR would come before this.
    const { packet } = await late.next();
    assertEquals(packet.kind, "malformed");
    assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
    assert((await conversation.status()).isStopped);
    await event("stopped");
    assertEquals(events.filter((it) => it.kind === "accepted").length, 1);
    assertEquals(events.filter((it) => it.kind === "refused"), []);
  }, key);
});

Deno.test("a server that was stopped from afar has freed its port", async () => {
  const key = await StopKey.from(KEY);
  await withServer({}, async ({ server }) => {
    const { port } = server;
    assertEquals(await stopServer(key, at(port), () => {}), "stopped");
    await server.ended;
    const hostname = "127.0.0.1";
    Deno.listenDatagram({ transport: "udp", hostname, port }).close();
  }, key);
});

Deno.test("a server ignores a stop under another key", async () => {
  const key = await StopKey.from(KEY);
  const other = await StopKey.from(OTHER_KEY);
  await withServer({}, async ({ server, events }) => {
    using conversation = new Conversation(server.port);
    const run = await conversation.hello();
    await conversation.stop(other, run, Date.now());
    await conversation.expectServing();
    assert(!events.some(({ kind }) => kind === "stopping"));
  }, key);
});

Deno.test("a server ignores a stop that is too old or too new", async () => {
  const key = await StopKey.from(KEY);
  await withServer({}, async ({ server, events }) => {
    using conversation = new Conversation(server.port);
    const run = await conversation.hello();
    await conversation.stop(key, run, Date.now() - 61_000);
    await conversation.stop(key, run, Date.now() + 61_000);
    await conversation.stop(key, run, NaN);
    await conversation.expectServing();
    assert(!events.some(({ kind }) => kind === "stopping"));
  }, key);
});

Deno.test("a server ignores a stop recorded in an earlier run", async () => {
  const key = await StopKey.from(KEY);
  let recorded = new Uint8Array(0);
  await withServer({}, async ({ server }) => {
    using conversation = new Conversation(server.port);
    const run = await conversation.hello();
    recorded = await conversation.stop(key, run, Date.now());
    await server.ended;
  }, key);
  await withServer({}, async ({ server, events }) => {
    using conversation = new Conversation(server.port);
    await conversation.send(recorded);
    await conversation.expectServing();
    assert(!events.some(({ kind }) => kind === "stopping"));
  }, key);
});

Deno.test("a server ignores a stop with a single bit changed", async () => {
  const key = await StopKey.from(KEY);
  await withServer({}, async ({ server, events }) => {
    using conversation = new Conversation(server.port);
    const run = await conversation.hello();
    const stop = { kind: "stop", client: CLIENT, run, sentAt: Date.now() };
    const good = await key.sign(encodeStop({ ...stop, kind: "stop" }));
    for (let i = 3; i < good.length; i += 9) {
      const bad = good.slice();
      bad[i] = (bad[i] ?? 0) ^ 1;
      await conversation.send(bad);
    }
    await conversation.expectServing();
    assert(!events.some(({ kind }) => kind === "stopping"));
  }, key);
});

Deno.test("a server without a key does not know the messages", async () => {
  await withServer({}, async ({ server, event }) => {
    using conversation = new Conversation(server.port);
    await conversation.send(encodeStop({ kind: "hello", client: CLIENT }));
    assertEquals((await event("ignored")).reason, "unknown opcode 30575");
    await conversation.expectServing();
  });
});

/** Talks to a server by hand. */
class Conversation implements Disposable {
  readonly #port: number;
  readonly #socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });

  constructor(port: number) {
    this.#port = port;
  }

  async send(bytes: Uint8Array): Promise<void> {
    await this.#socket.send(bytes, { transport: "udp", ...at(this.#port) });
  }

  /** The number of the server's run. */
  async hello(): Promise<Uint8Array> {
    await this.send(encodeStop({ kind: "hello", client: CLIENT }));
    const [bytes] = await this.#socket.receive();
    const message = decodeStop(bytes)?.message as Challenge;
    assertEquals(message.kind, "challenge");
    assertEquals(message.client, CLIENT);
    return message.run;
  }

  /** What the server says of its end. */
  async status(): Promise<Status> {
    const [bytes] = await this.#socket.receive();
    const message = decodeStop(bytes)?.message as Status;
    assertEquals(message.kind, "status");
    return message;
  }

  async stop(
    key: StopKey,
    run: Uint8Array,
    sentAt: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await key.sign(
      encodeStop({ kind: "stop", client: CLIENT, run, sentAt }),
    );
    await this.send(bytes);
    return bytes;
  }

  /** What was sent before had no effect: the server still takes an upload. */
  async expectServing(): Promise<void> {
    using peer = new Peer(this.#port);
    assertEquals((await peer.upload("alive", pattern(3))).kind, "ack");
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
