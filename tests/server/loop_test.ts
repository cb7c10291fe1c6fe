/**
 * Nobody can make the server talk without end: not a flood of requests from
 * forged addresses, not a service that sends everything back, and not another
 * server that takes its answers for requests (CVE-2024-2169).
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { ERRORS_PER_SOURCE } from "../../lib/policy/rate.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";

const READ_REQUEST = {
  kind: "rrq",
  filename: "f",
  mode: "octet",
  options: [],
} as const;
/** Without the ends of its strings. */
const MALFORMED = Uint8Array.of(0, 2, 0x66, 0x67, 0x68);
const ERROR = { kind: "error", code: 4, message: "what?" } as const;

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

function bytesOf(packet: Packet): Uint8Array {
  assert(packet.kind !== "malformed");
  return encodePacket(packet);
}

/**
 * Sends everything that reaches a peer on: from another one, if there is
 * another, to a port of its own choice. Ends when the peer is closed.
 *
 * @param seen Takes what has arrived.
 */
async function pass(
  peer: Peer,
  seen: Packet[],
  on: (bytes: Uint8Array, port: number) => Promise<void>,
): Promise<void> {
  try {
    while (true) {
      const { packet, port } = await peer.next();
      seen.push(packet);
      await on(bytesOf(packet), port);
    }
  } catch {
    // A peer was closed: the test is over.
  }
}

/** Lets the server's shortest timeout pass: another client hears of it. */
async function passTimeout(port: number): Promise<void> {
  using clock = new Peer(port);
  assertEquals(await clock.begin("clock"), (await clock.next()).packet);
}

Deno.test("Server answers a burst of read requests a few times only (rows 16, 52)", async () => {
  await withServer({}, async ({ server, events }) => {
    using peer = new Peer(server.port);
    for (let i = 0; i < 100; i++) await peer.ask(READ_REQUEST);
    const answers = await untilAccepted(peer);
    const { burst } = ERRORS_PER_SOURCE;
    assert(answers.length >= burst);
    // As many again come back in two seconds.
    assertLessOrEqual(answers.length, 2 * burst);
    const ignored = events.filter((it) =>
      it.kind === "ignored" && it.reason === "too many errors"
    );
    assertEquals(ignored.length, 100 - answers.length);
  });
});

Deno.test("Server counts refusals of all kinds together", async () => {
  await withServer({}, async ({ server, events }) => {
    using peer = new Peer(server.port);
    for (let i = 0; i < 25; i++) {
      await peer.ask(READ_REQUEST);
      await peer.ask(writeRequest("f", {}, "mail"));
      await peer.ask(writeRequest("no/name"));
      await peer.sendBytes(MALFORMED, server.port);
    }
    const answers = await untilAccepted(peer);
    assertLessOrEqual(answers.length, 2 * ERRORS_PER_SOURCE.burst);
    const refused = events.filter(({ kind }) => kind === "refused");
    assertEquals(refused.length, answers.length);
  });
});

Deno.test("Server answers strangers to an upload a few times only (rows 15, 16)", async () => {
  await withServer({}, async ({ server, read }) => {
    using peer = new Peer(server.port);
    using stranger = new Peer(server.port);
    await peer.begin("f");
    stranger.transferPort = peer.transferPort;
    for (let i = 0; i < 100; i++) {
      await stranger.send({ kind: "data", block: 1, payload: pattern(600) });
    }
    assertEquals((await peer.block(1, pattern(3))).kind, "ack");
    const answers = await untilAccepted(stranger);
    assertLessOrEqual(answers.length, 2 * ERRORS_PER_SOURCE.burst);
    assertEquals(read("f"), pattern(3));
  });
});

Deno.test("Server never answers an ERROR (rows 16, 17)", async () => {
  await withServer({}, async ({ server }) => {
    using peer = new Peer(server.port);
    using stranger = new Peer(server.port);
    await peer.begin("f");
    stranger.transferPort = peer.transferPort;
    for (let i = 0; i < 20; i++) {
      await stranger.ask(ERROR);
      await stranger.send(ERROR);
    }
    // Behind them on both sockets.
    await stranger.expectSilence();
    assertEquals((await stranger.block(1, pattern(1))).kind, "error");
    await peer.send(ERROR);
    assertEquals(await untilAccepted(peer), []);
  });
});

Deno.test("Two servers that take each other for clients fall silent (rows 16, 17)", async () => {
  await withServer({}, (one) =>
    withServer({}, async (other) => {
      const fromOne: Packet[] = [];
      const fromOther: Packet[] = [];
      const passing: Promise<void>[] = [];
      {
        using toOne = new Peer(one.server.port);
        using toOther = new Peer(other.server.port);
        passing.push(
          pass(
            toOne,
            fromOne,
            (it) => toOther.sendBytes(it, other.server.port),
          ),
          pass(
            toOther,
            fromOther,
            (it) => toOne.sendBytes(it, one.server.port),
          ),
        );
        await toOne.ask(READ_REQUEST);
        await toOne.ask(writeRequest("f", {}, "mail"));
        await toOne.sendBytes(MALFORMED, one.server.port);
        await toOne.ask({ kind: "data", block: 1, payload: pattern(5) });
        await toOne.ask({ kind: "ack", block: 0 });
        await toOne.ask({ kind: "oack", options: [] });
        await toOne.ask(ERROR);
        await toOne.ask(writeRequest("f", { timeout: "1" }));
        await Promise.all(
          [one, other].map((it) => passTimeout(it.server.port)),
        );
        assertEquals(fromOther, []);
        const kinds = fromOne.map(({ kind }) => kind);
        assertEquals(
          kinds.slice(0, 4).sort(),
          ["error", "error", "error", "oack"],
        );
        // The write request is answered twice again, and that is all.
        assertLessOrEqual(kinds.length, 6);
      }
      await Promise.all(passing);
    }));
});

Deno.test("Server falls silent before a service that echoes everything (rows 16, 17, 21)", async () => {
  await withServer({}, async ({ server }) => {
    const seen: Packet[] = [];
    let passing: Promise<void>;
    {
      using echo = new Peer(server.port);
      passing = pass(echo, seen, (it, port) => echo.sendBytes(it, port));
      await echo.ask(READ_REQUEST);
      await echo.ask(writeRequest("f", { timeout: "1" }));
      await passTimeout(server.port);
      const kinds = seen.map(({ kind }) => kind);
      // One comes from the listening port, the other from the upload's own.
      assertEquals(kinds.slice(0, 2).sort(), ["error", "oack"]);
      assertLessOrEqual(kinds.length, 3);
    }
    await passing;
  });
});

const REQUESTS: readonly Readonly<Record<string, string>>[] = [
  {},
  { blksize: "65465" },
  { blksize: "1428", tsize: "0", timeout: "255", windowsize: "65535" },
  { tsize: "00000000000000000001" },
  { unknown: "1", blksize: "7" },
];

Deno.test("Server answers a request that it accepts by no more bytes", async () => {
  await withServer({}, async ({ server }) => {
    for (const options of REQUESTS) {
      using peer = new Peer(server.port);
      const answer = await peer.begin("f", options);
      assertLessOrEqual(
        bytesOf(answer).length,
        bytesOf(writeRequest("f", options)).length,
      );
    }
  });
});
