import { assert, assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { ack, errorOf, withClient } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { rangesOf } from "../policy/ranges.ts";

const MODE = "transfer mode not supported - octet and netascii only";
const READ = "read request not supported - write requests only";

/** What is asked, and the ERROR that answers it. */
const REFUSED = [
  [{ kind: "rrq", filename: "f", mode: "octet", options: [] }, 2, READ],
  [writeRequest("f", {}, "mail"), 4, MODE],
  ...[
    ["../x", "contains a directory"],
    ["/etc/passwd", "contains a directory"],
    ["a\\b", "contains a directory"],
    ["", "empty"],
    ["a b", "not only A-Z a-z 0-9 . - _"],
    ["caf\xe9", "not ASCII"],
    ["n".repeat(256), "too long"],
  ].map(([name = "", why]) =>
    [writeRequest(name), 2, `invalid filename - ${why}`] as const
  ),
] as const;

Deno.test("Front refuses what it cannot take, in words for the client", () =>
  withClient({}, async ({ peer, server, names, event }) => {
    for (const [asked, code, message] of REFUSED) {
      await peer.ask(asked);
      const packet = errorOf(code, message);
      assertEquals(await peer.next(), { packet, port: server.port });
      const { peer: { port }, reason, isAnswered } = await event("refused");
      assertEquals([port, reason, isAnswered], [peer.port, message, true]);
    }
    assertEquals(names(), []);
  }));

Deno.test("Front is silent to all but requests", () =>
  withClient({}, async ({ peer, server, count }) => {
    await peer.ask({ kind: "data", block: 1, payload: pattern(3) });
    await peer.ask(ack(1));
    await peer.ask({ kind: "oack", options: [] });
    await peer.ask(errorOf(5, "?"));
    for (const bytes of [[], [0], [0, 9], [0, 0, 1], [0, 3, 0], [7, 7, 7, 7]]) {
      await peer.sendBytes(Uint8Array.from(bytes), server.port);
    }
    await peer.expectSilence();
    assertEquals(count("ignored"), 10);
  }));

Deno.test("Front serves only the address it is told to, however many others ask", async () => {
  const config = { hostnames: ["0.0.0.0"], remoteip: rangesOf("127.0.0.2") };
  await withClient(config, async ({ peer: other, server, names, event }) => {
    // More than may ask at once, and never more than the system holds.
    for (let batch = 0; batch < 50; batch++) {
      for (let i = 0; i < 100; i++) await other.ask(writeRequest("f"));
      for (let i = 0; i < 100; i++) {
        assertEquals((await event("denied")).reason, "only 127.0.0.2 may send");
      }
    }
    using peer = new Peer(server.port, "127.0.0.2");
    assertEquals(await peer.upload("f", pattern(9)), ack(1));
    assertEquals(names(), ["f"]);
  });
});

function blksizeOf(packet: Packet): string | undefined {
  assert(packet.kind === "oack");
  return packet.options.find(({ name }) => name === "blksize")?.value;
}

Deno.test("Front grants less to a client whose first block never came", () =>
  withClient({}, async ({ peer, server, event, names }) => {
    const told: unknown[] = [];
    const granted: unknown[] = [];
    for (const pauseMs of [1_000, 5_000, 5_000, 0]) {
      using peer = new Peer(server.port);
      granted.push(blksizeOf(await peer.begin("core", { blksize: "8192" })));
      const { blksize, isCutBack } = await event("accepted");
      told.push([blksize, isCutBack]);
      server.pass(pauseMs);
    }
    // Two at once are no stall.
    assertEquals(granted, ["8192", "8192", "1400", "512"]);
    assertEquals(told, [
      ...[[8_192, false], [8_192, false], [1_400, true], [512, true]],
    ]);
    await peer.begin("core", { blksize: "8192" });
    assertEquals((await peer.block(1, pattern(9))).kind, "ack");
    assertEquals(names(), ["core"]);
  }));

Deno.test("Front leaves a client alone whose first block came, or whose request came again", () =>
  withClient({}, async ({ peer: one, server, event }) => {
    using two = new Peer(server.port);
    using three = new Peer(server.port);
    await one.begin("core", { blksize: "8192" });
    await one.block(1, pattern(9));
    await event("stored");
    server.pass(5_000);
    assertEquals(blksizeOf(await two.begin("c", { blksize: "8192" })), "8192");
    server.pass(5_000);
    assertEquals(blksizeOf(await two.begin("c", { blksize: "8192" })), "8192");
    const answer = await three.begin("c", { blksize: "8192" });
    assertEquals(blksizeOf(answer), "8192");
  }));

Deno.test("Front grants what the operator lets it", async () => {
  const config: Partial<ServerConfig> = {
    ...{ maxBlksize: "mtu", maxWindowsize: 4, ignoredOptions: ["tsize"] },
  };
  await withClient(config, async ({ peer }) => {
    const asked = { tsize: "9", BLKSIZE: "8192", windowsize: "64" };
    assertEquals(await peer.begin("f", asked), {
      kind: "oack",
      options: [
        { name: "BLKSIZE", value: "1468" },
        { name: "windowsize", value: "4" },
      ],
    });
  });
});
