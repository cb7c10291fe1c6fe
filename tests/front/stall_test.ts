import { assert, assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { withClient, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

function blksizeOf(packet: Packet): string | undefined {
  assert(packet.kind === "oack");
  return packet.options.find(({ name }) => name === "blksize")?.value;
}

Deno.test("Front grants less to a client whose first block never came", () =>
  withServer({}, async ({ server, event, names }) => {
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
    using peer = new Peer(server.port);
    await peer.begin("core", { blksize: "8192" });
    assertEquals((await peer.block(1, pattern(9))).kind, "ack");
    assertEquals(names(), ["core"]);
  }));

Deno.test("Front leaves a client alone whose first block came, or whose request came again", () =>
  withServer({}, async ({ server, event }) => {
    using one = new Peer(server.port);
    await one.begin("core", { blksize: "8192" });
    await one.block(1, pattern(9));
    await event("stored");
    server.pass(5_000);
    using two = new Peer(server.port);
    assertEquals(blksizeOf(await two.begin("c", { blksize: "8192" })), "8192");
    server.pass(5_000);
    assertEquals(blksizeOf(await two.begin("c", { blksize: "8192" })), "8192");
    using three = new Peer(server.port);
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
