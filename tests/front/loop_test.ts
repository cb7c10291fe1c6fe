/**
 * Nobody can make the server talk without end: not a flood of requests from
 * forged addresses, and not another server that takes its answers for requests
 * (CVE-2024-2169).
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { ERRORS_PER_SOURCE } from "../../lib/policy/rate.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { ack, errorOf, withClient, withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

const READ_REQUEST = {
  kind: "rrq",
  filename: "f",
  mode: "octet",
  options: [],
} as const;
/** Without the ends of its strings. */
const MALFORMED = Uint8Array.of(0, 2, 0x66, 0x67, 0x68);
const ERROR = errorOf(4, "what?");
/** As many as at once come back in twenty seconds. */
const MOST_ERRORS = 2 * ERRORS_PER_SOURCE.burst;

/** What arrives before the answer to a write request, which is certain. */
async function untilAccepted(peer: Peer): Promise<Packet[]> {
  await peer.ask(writeRequest("marker"));
  const before: Packet[] = [];
  while (true) {
    const { packet } = await peer.next();
    if (packet.kind === "ack") return before;
    before.push(packet);
  }
}

Deno.test("Front answers a burst of refused requests a few times only", () =>
  withClient({}, async ({ peer, server, events, count }) => {
    for (let i = 0; i < 25; i++) {
      await peer.ask(READ_REQUEST);
      await peer.ask(writeRequest("f", {}, "mail"));
      await peer.ask(writeRequest("no/name"));
      await peer.sendBytes(MALFORMED, server.port);
    }
    const answers = await untilAccepted(peer);
    assert(answers.length >= ERRORS_PER_SOURCE.burst);
    assertLessOrEqual(answers.length, MOST_ERRORS);
    // The operator is told of all of them.
    assertEquals(count("refused"), 100);
    const answered = events.filter((it) =>
      it.kind === "refused" && it.isAnswered
    );
    assertEquals(answered.length, answers.length);
  }));

Deno.test("PeerSocket answers strangers a few times only, and never an ERROR", () =>
  withClient({}, async ({ peer, server, read }) => {
    using stranger = new Peer(server.port);
    await peer.begin("f");
    stranger.transferPort = peer.transferPort;
    for (let i = 0; i < 20; i++) await stranger.send(ERROR);
    // Behind them on the same socket, so this is answered first.
    assertEquals(
      await stranger.block(1, pattern(7)),
      errorOf(5, "unknown transfer identifier"),
    );
    for (let i = 0; i < 100; i++) {
      await stranger.send({ kind: "data", block: 1, payload: pattern(600) });
    }
    assertEquals((await peer.block(1, pattern(3))).kind, "ack");
    const answers = await untilAccepted(stranger);
    assert(answers.every((it) => it.kind === "error" && it.code === 5));
    assertLessOrEqual(answers.length, MOST_ERRORS);
    assertEquals(read("f"), pattern(3));
  }));

/**
 * Sends everything that reaches a peer on from another one, to the server of
 * that. Ends when the peer is closed.
 *
 * @param seen Takes what has arrived.
 */
async function pass(
  peer: Peer,
  seen: Packet[],
  other: Peer,
  port: number,
): Promise<void> {
  try {
    while (true) {
      const { packet } = await peer.next();
      seen.push(packet);
      assert(packet.kind !== "malformed");
      await other.sendBytes(encodePacket(packet), port);
    }
  } catch {
    // A peer was closed: the test is over.
  }
}

Deno.test("Two servers that take each other for clients fall silent", () =>
  withServer(
    {},
    ({ server: one }) =>
      withServer({}, async ({ server: other }) => {
        const fromOne: Packet[] = [];
        const fromOther: Packet[] = [];
        const passing: Promise<void>[] = [];
        {
          using toOne = new Peer(one.port);
          using toOther = new Peer(other.port);
          passing.push(pass(toOne, fromOne, toOther, other.port));
          passing.push(pass(toOther, fromOther, toOne, one.port));
          await toOne.ask(READ_REQUEST);
          await toOne.ask(writeRequest("f", {}, "mail"));
          await toOne.sendBytes(MALFORMED, one.port);
          await toOne.ask({ kind: "data", block: 1, payload: pattern(5) });
          await toOne.ask(ack(0));
          await toOne.ask({ kind: "oack", options: [] });
          await toOne.ask(ERROR);
          await toOne.ask(writeRequest("f", { timeout: "1" }));
          // Their shortest timeout passes: other clients hear of it.
          for (const { port } of [one, other]) {
            using clock = new Peer(port);
            await clock.begin("clock", { timeout: "1" });
            const ack = await clock.block(1, pattern(512));
            assertEquals((await clock.next()).packet, ack);
          }
          assertEquals(fromOther, []);
          const kinds = fromOne.map(({ kind }) => kind);
          const first = ["error", "error", "error", "oack"];
          assertEquals(kinds.slice(0, 4).sort(), first);
          assertEquals(kinds.length, 4);
        }
        await Promise.all(passing);
      }),
  ));
