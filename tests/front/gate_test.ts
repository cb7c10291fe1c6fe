/**
 * Who may stop a server from afar, and who may not.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { decodeStop, encodeStop } from "../../lib/protocol/stop_message.ts";
import { StopKey } from "../../lib/stop_key.ts";
import { ack, type Harness, sendFirst, withClient } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

const KEY = await StopKey.from(new Uint8Array(32).fill(1));
const OTHER_KEY = await StopKey.from(new Uint8Array(32).fill(2));
const CLIENT = new Uint8Array(16).fill(3);
const HELLO = encodeStop({ kind: "hello", client: CLIENT });

type Message = NonNullable<ReturnType<typeof decodeStop>>["message"];

/** What the server says next. */
async function nextOf<K extends Message["kind"]>(
  peer: Peer,
  kind: K,
): Promise<Extract<Message, { kind: K }>> {
  const message = decodeStop(await peer.nextBytes())?.message;
  assert(message?.kind === kind);
  return message as Extract<Message, { kind: K }>;
}

/** The number of the server's run. */
async function greet(peer: Peer, { server }: Harness): Promise<Uint8Array> {
  await peer.sendBytes(HELLO, server.port);
  return (await nextOf(peer, "challenge")).run;
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

Deno.test("StopGate has a server stop that answers nobody else from then on", () =>
  withClient({}, async (harness) => {
    const { peer: operator, server, event, count } = harness;
    using peer = new Peer(server.port);
    await sendFirst(peer, "f");
    const run = await greet(operator, harness);
    await operator.sendBytes(await signStop(run), server.port);
    assertEquals((await nextOf(operator, "status")).uploads, 1);
    using late = new Peer(server.port);
    await late.ask(writeRequest("g"));
    await late.ask({ kind: "rrq", filename: "g", mode: "octet", options: [] });
    await late.sendBytes(HELLO, server.port);
    // The port is read in its order, so an ERROR would come before this.
    assertEquals((await late.next()).packet.kind, "malformed");
    assertEquals(await peer.block(2, pattern(5)), ack(2));
    await event("stored");
    server.pass(1_000);
    assert((await nextOf(operator, "status")).isStopped);
    await event("stopped");
    assertEquals([count("accepted"), count("refused")], [1, 0]);
  }, { key: KEY }));

Deno.test("StopGate ignores a stop that is forged, old or of another run", async () => {
  let recorded = new Uint8Array(0);
  await withClient({}, async (harness) => {
    const { peer, server } = harness;
    recorded = await signStop(await greet(peer, harness));
    await peer.sendBytes(recorded, server.port);
    await server.ended;
  }, { key: KEY });
  await withClient({}, async (harness) => {
    const { peer, server } = harness;
    const run = await greet(peer, harness);
    const bad = [recorded, await signStop(run, Date.now(), OTHER_KEY)];
    for (const sentAt of [Date.now() - 61_000, Date.now() + 61_000, NaN]) {
      bad.push(await signStop(run, sentAt));
    }
    // With a single bit changed.
    const good = await signStop(run);
    for (let i = 3; i < good.length; i += 9) {
      bad.push(good.with(i, (good[i] ?? 0) ^ 1));
    }
    for (const it of bad) await peer.sendBytes(it, server.port);
    await expectServing(harness);
  }, { key: KEY });
});

Deno.test("StopGate is not shut by those who use up other limits", () =>
  withClient({}, async (harness) => {
    const { peer, server: { port }, event } = harness;
    const forged = await signStop(
      await greet(peer, harness),
      Date.now(),
      OTHER_KEY,
    );
    using flood = new Peer(port);
    // No more in all than the system's buffer holds, or the stop may get lost.
    for (let i = 0; i < 60; i++) {
      await flood.ask({ kind: "rrq", filename: "", mode: "", options: [] });
      await flood.sendBytes(HELLO, port);
      await flood.sendBytes(forged, port);
    }
    await peer.sendBytes(await signStop(await greet(peer, harness)), port);
    assertEquals((await nextOf(peer, "status")).uploads, 0);
    await event("stopped");
  }, { key: KEY }));

Deno.test("Front without a gate does not know the messages", () =>
  withClient({}, async (harness) => {
    await harness.peer.sendBytes(HELLO, harness.server.port);
    const { reason } = await harness.event("ignored");
    assertEquals(reason, "unknown opcode 30575");
    await expectServing(harness);
  }));
