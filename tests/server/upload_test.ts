import { assert, assertEquals, assertMatch } from "@std/assert";
import { withServer } from "./harness.ts";
import { skip } from "../skip.ts";
import { pattern, Peer } from "./peer.ts";

Deno.test("Server stores an upload and answers each block", async () => {
  await withServer({}, async ({ server, names, read, event }) => {
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("a.cfg"), { kind: "ack", block: 0 });
    const content = pattern(1_000);
    assertEquals(await peer.block(1, content.subarray(0, 512)), {
      kind: "ack",
      block: 1,
    });
    assertEquals(names().filter((name) => name === "a.cfg"), []);
    assertEquals(await peer.block(2, content.subarray(512)), {
      kind: "ack",
      block: 2,
    });
    // The last ACK is the proof: no waiting for the file here.
    assertEquals(names(), ["a.cfg"]);
    assertEquals(read("a.cfg"), content);
    const { filename, storedName, bytes, announced } = await event("stored");
    assertEquals({ filename, storedName, bytes, announced }, {
      filename: "a.cfg",
      storedName: "a.cfg",
      bytes: 1_000,
      announced: undefined,
    });
  });
});

Deno.test("Server stores an empty file and one of whole blocks (rows 29, 30)", async () => {
  await withServer({}, async ({ server, names, read }) => {
    using peer = new Peer(server.port);
    await peer.upload("empty", new Uint8Array(0));
    assertEquals(read("empty").length, 0);
    await peer.begin("whole");
    await peer.block(1, pattern(512));
    assert(!names().includes("whole"));
    await peer.block(2, new Uint8Array(0));
    assertEquals(read("whole"), pattern(512));
  });
});

Deno.test("Server leaves an existing file alone until its replacement is complete", async () => {
  await withServer({}, async ({ server, names, read, write, event }) => {
    write("a.cfg", "yesterday");
    using peer = new Peer(server.port);
    await peer.begin("a.cfg");
    await peer.block(1, pattern(512));
    assertEquals(new TextDecoder().decode(read("a.cfg")), "yesterday");
    await peer.send({ kind: "error", code: 0, message: "bye" });
    await event("failed");
    await server.stop();
    assertEquals(names(), ["a.cfg"]);
    assertEquals(new TextDecoder().decode(read("a.cfg")), "yesterday");
  });
});

Deno.test("Server replaces an existing file by a complete one", async () => {
  await withServer({}, async ({ server, names, read, write }) => {
    write("a.cfg", "yesterday");
    using peer = new Peer(server.port);
    await peer.upload("a.cfg", pattern(700));
    assertEquals(names(), ["a.cfg"]);
    assertEquals(read("a.cfg"), pattern(700));
  });
});

Deno.test("Server grants options in the client's spelling (row 34)", async () => {
  await withServer({}, async ({ server, read, event }) => {
    using peer = new Peer(server.port);
    assertEquals(
      await peer.begin("w", {
        BlkSize: "1024",
        windowsize: "3",
        tsize: "3000",
        unknown: "1",
      }),
      {
        kind: "oack",
        options: [
          { name: "BlkSize", value: "1024" },
          { name: "windowsize", value: "3" },
          { name: "tsize", value: "3000" },
        ],
      },
    );
    const content = pattern(3_000);
    for (const block of [1, 2]) {
      const payload = content.subarray((block - 1) * 1024, block * 1024);
      await peer.send({ kind: "data", block, payload });
    }
    assertEquals(await peer.block(3, content.subarray(2_048)), {
      kind: "ack",
      block: 3,
    });
    assertEquals(read("w"), content);
    const { blksize, windowsize, tsize } = await event("accepted");
    assertEquals([blksize, windowsize, tsize], [1024, 3, 3000]);
  });
});

Deno.test("Server reports a size other than the announced one (row 44)", async () => {
  await withServer({}, async ({ server, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("short", { tsize: "100" });
    await peer.block(1, pattern(99));
    assertEquals((await event("stored")).announced, 100);
  });
});

Deno.test("Server stores netascii as it comes", async () => {
  await withServer({}, async ({ server, read }) => {
    using peer = new Peer(server.port);
    await peer.begin("text", {}, "NetASCII");
    await peer.block(1, new TextEncoder().encode("a\r\nb\r\0"));
    assertEquals(new TextDecoder().decode(read("text")), "a\r\nb\r\0");
  });
});

Deno.test("Server puts the client's address and the time around a name", async () => {
  const stamps = { timestamp: true, ipstamp: true };
  await withServer(stamps, async ({ server, names, event }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    await Promise.all([
      first.upload("file.txt", pattern(1)),
      second.upload("file.txt", pattern(2)),
    ]);
    const stored = names();
    assertEquals(stored.length, 2);
    for (const name of stored) {
      assertMatch(
        name,
        /^127\.0\.0\.1-file\.txt-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-\d{3}$/,
      );
    }
    assert(stored.includes((await event("stored")).storedName));
  });
});

Deno.test("Server takes 60 uploads at once", async () => {
  await withServer({}, async ({ server, names, read }) => {
    const peers = Array.from({ length: 60 }, () => new Peer(server.port));
    const answers = await Promise.all(
      peers.map((peer, i) => peer.upload(`f${i}`, pattern(5_000 + i))),
    );
    for (const peer of peers) peer[Symbol.dispose]();
    assertEquals(answers.map(({ kind }) => kind), Array(60).fill("ack"));
    assertEquals(names().length, 60);
    for (let i = 0; i < 60; i++) {
      assertEquals(read(`f${i}`), pattern(5_000 + i));
    }
  });
});

Deno.test("Server keeps two uploads of one name apart (row 5)", async () => {
  await withServer({}, async ({ server, names, read }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    await first.begin("same");
    await second.begin("same");
    await first.block(1, pattern(512));
    await second.block(1, pattern(100));
    assertEquals(read("same"), pattern(100));
    await first.block(2, new Uint8Array(0));
    assertEquals(names(), ["same"]);
    assertEquals(read("same"), pattern(512));
  });
});

Deno.test("Server listens on IPv6 and writes its colons as hyphens", async () => {
  if (!hasIpv6()) return skip("this machine has no IPv6");
  const config = { hostname: "::1", ipstamp: true };
  await withServer(config, async ({ server, names }) => {
    using peer = new Peer(server.port, "::1");
    await peer.upload("v6", pattern(1));
    assertEquals(names(), ["--1-v6"]);
  });
});

function hasIpv6(): boolean {
  try {
    const options = { transport: "udp", hostname: "::1", port: 0 } as const;
    Deno.listenDatagram(options).close();
    return true;
  } catch {
    return false;
  }
}
