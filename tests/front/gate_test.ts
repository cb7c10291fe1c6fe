/**
 * Who may stop a server from afar, and who may not.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { decodeStop, encodeStop } from "../../lib/protocol/stop_message.ts";
import { StopKey } from "../../lib/stop_key.ts";
import { type Harness, withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

const KEY = await StopKey.from(new Uint8Array(32).fill(1));
const OTHER_KEY = await StopKey.from(new Uint8Array(32).fill(2));
const CLIENT = new Uint8Array(16).fill(3);
const HELLO = encodeStop({ kind: "hello", client: CLIENT });

type Message = NonNullable<ReturnType<typeof decodeStop>>["message"];

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
    const to = { hostname: "127.0.0.1", port: this.#port };
    await this.#socket.send(bytes, { transport: "udp", ...to });
  }

  /** What the server says next. */
  async next<K extends Message["kind"]>(
    kind: K,
  ): Promise<Extract<Message, { kind: K }>> {
    const [bytes] = await this.#socket.receive();
    const message = decodeStop(bytes)?.message;
    assert(message?.kind === kind);
    return message as Extract<Message, { kind: K }>;
  }

  /** The number of the server's run. */
  async hello(): Promise<Uint8Array> {
    await this.send(HELLO);
    return (await this.next("challenge")).run;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

function signStop(
  run: Uint8Array,
  sentAt: number = Date.now(),
  key: StopKey = KEY,
): Promise<Uint8Array<ArrayBuffer>> {
  return key.sign(encodeStop({ kind: "stop", client: CLIENT, run, sentAt }));
}

/** What was sent before had no effect: the server still takes an upload. */
async function expectServing({ server, count }: Harness): Promise<void> {
  using peer = new Peer(server.port);
  assertEquals((await peer.upload("alive", pattern(3))).kind, "ack");
  assertEquals(count("stopping"), 0);
}

Deno.test("StopGate has a server stop that answers nobody else from then on", async () => {
  await withServer({}, async ({ server, event, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    using conversation = new Conversation(server.port);
    await conversation.send(await signStop(await conversation.hello()));
    assertEquals((await conversation.next("status")).uploads, 1);
    using late = new Peer(server.port);
    await late.ask(writeRequest("g"));
    await late.ask({ kind: "rrq", filename: "g", mode: "octet", options: [] });
    await late.sendBytes(HELLO, server.port);
    // The port is read in its order, so an ERROR would come before this.
    assertEquals((await late.next()).packet.kind, "malformed");
    assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
    await event("stored");
    server.pass(1_000);
    assert((await conversation.next("status")).isStopped);
    await event("stopped");
    assertEquals([count("accepted"), count("refused")], [1, 0]);
  }, { key: KEY });
});

Deno.test("StopGate ignores a stop under another key, out of time, or from another run", async () => {
  let recorded = new Uint8Array(0);
  await withServer({}, async ({ server }) => {
    using conversation = new Conversation(server.port);
    recorded = await signStop(await conversation.hello());
    await conversation.send(recorded);
    await server.ended;
  }, { key: KEY });
  await withServer({}, async (harness) => {
    using conversation = new Conversation(harness.server.port);
    const run = await conversation.hello();
    await conversation.send(recorded);
    await conversation.send(await signStop(run, Date.now(), OTHER_KEY));
    for (const sentAt of [Date.now() - 61_000, Date.now() + 61_000, NaN]) {
      await conversation.send(await signStop(run, sentAt));
    }
    await expectServing(harness);
  }, { key: KEY });
});

Deno.test("StopGate ignores a stop with a single bit changed", async () => {
  await withServer({}, async (harness) => {
    using conversation = new Conversation(harness.server.port);
    const good = await signStop(await conversation.hello());
    for (let i = 3; i < good.length; i += 9) {
      const bad = good.slice();
      bad[i] = (bad[i] ?? 0) ^ 1;
      await conversation.send(bad);
    }
    await expectServing(harness);
  }, { key: KEY });
});

Deno.test("StopGate is not shut by those who use up other limits", async () => {
  await withServer({}, async ({ server, event }) => {
    using conversation = new Conversation(server.port);
    const run = await conversation.hello();
    using flood = new Peer(server.port);
    // No more in all than the system's buffer holds, or the stop may get lost.
    for (let i = 0; i < 60; i++) {
      await flood.ask({ kind: "rrq", filename: "", mode: "", options: [] });
      await flood.sendBytes(HELLO, server.port);
      await flood.sendBytes(
        await signStop(run, Date.now(), OTHER_KEY),
        server.port,
      );
    }
    await conversation.send(await signStop(await conversation.hello()));
    assertEquals((await conversation.next("status")).uploads, 0);
    await event("stopped");
  }, { key: KEY });
});

Deno.test("Front without a gate does not know the messages", async () => {
  await withServer({}, async (harness) => {
    using conversation = new Conversation(harness.server.port);
    await conversation.send(HELLO);
    const { reason } = await harness.event("ignored");
    assertEquals(reason, "unknown opcode 30575");
    await expectServing(harness);
  });
});
