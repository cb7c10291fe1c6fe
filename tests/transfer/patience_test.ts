/**
 * How long a client is waited for. What time does to an upload is tested in
 * `tests/protocol/`; that the rooms look at the clock is tested here.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withClient } from "../harness.ts";
import { pattern } from "../peer.ts";

Deno.test("Session answers a silent client's block again, in real time", () =>
  withClient({}, async ({ peer }) => {
    await peer.begin("slow", { timeout: "1" });
    const ack = await peer.block(1, pattern(512));
    const again = await peer.next();
    assertEquals(again, { packet: ack, port: peer.transferPort });
  }));

Deno.test("Session answers a half-open client once and ends without a word", () =>
  withClient({}, async ({ peer, server, count, event }) => {
    await peer.begin("f", { timeout: "1" });
    server.pass(59_900);
    await peer.expectSilence();
    assertEquals(count("failed"), 0);
    server.pass(100);
    const { why, bytes } = await event("failed");
    assertEquals([why, bytes], [{ kind: "silent" }, 0]);
    await peer.expectSilence();
  }));
