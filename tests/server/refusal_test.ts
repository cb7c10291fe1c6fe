import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { skip } from "../skip.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";

const INVALID: Packet = {
  kind: "error",
  code: 0,
  message: "invalid filename",
};

Deno.test("Server refuses to send files (row 52)", async () => {
  await withServer({}, async ({ server, event }) => {
    using peer = new Peer(server.port);
    await peer.ask({ kind: "rrq", filename: "f", mode: "octet", options: [] });
    assertEquals((await peer.next()).packet, {
      kind: "error",
      code: 2,
      message: "read request not supported - write requests only",
    });
    assertEquals((await event("refused")).filename, "f");
  });
});

Deno.test("Server refuses names that leave the directory", async () => {
  await withServer({}, async ({ server, names }) => {
    using peer = new Peer(server.port);
    for (const name of ["../x", "/etc/passwd", "a/b", "a\\b", "a b", "~x"]) {
      assertEquals(await peer.begin(name), INVALID);
    }
    for (const name of ["", ".", "..", "\xff", "n".repeat(256)]) {
      assertEquals(await peer.begin(name), { ...INVALID, code: 2 });
    }
    assertEquals(names(), []);
  });
});

Deno.test("Server refuses other modes (row 31)", async () => {
  await withServer({}, async ({ server }) => {
    using peer = new Peer(server.port);
    for (const mode of ["mail", "", "octets"]) {
      assertEquals(await peer.begin("f", {}, mode), {
        kind: "error",
        code: 4,
        message: "transfer mode not supported - octet and netascii only",
      });
    }
  });
});

Deno.test("Server refuses a malformed request (row 45)", async () => {
  await withServer({}, async ({ server }) => {
    using peer = new Peer(server.port);
    await peer.sendBytes(new TextEncoder().encode("\0\x02name"), server.port);
    assertEquals((await peer.next()).packet, {
      kind: "error",
      code: 4,
      message: "malformed request",
    });
  });
});

Deno.test("Server is silent to all but requests (rows 16, 17, 25, 51)", async () => {
  await withServer({}, async ({ server, events }) => {
    using peer = new Peer(server.port);
    await peer.ask({ kind: "data", block: 1, payload: pattern(3) });
    await peer.ask({ kind: "ack", block: 1 });
    await peer.ask({ kind: "oack", options: [] });
    await peer.ask({ kind: "error", code: 5, message: "?" });
    for (const bytes of [[], [0], [0, 9], [0, 0, 1], [0, 3, 0], [7, 7, 7, 7]]) {
      await peer.sendBytes(Uint8Array.from(bytes), server.port);
    }
    await peer.expectSilence();
    assertEquals(events.filter(({ kind }) => kind === "ignored").length, 10);
  });
});

Deno.test("Server refuses a name that a directory or a link has", async () => {
  await withServer({}, async ({ server, directory, names }) => {
    await Deno.mkdir(join(directory, "d"));
    await Deno.symlink("/dev/null", join(directory, "l"));
    using peer = new Peer(server.port);
    for (const name of ["d", "l"]) {
      assertEquals(await peer.begin(name), {
        kind: "error",
        code: 2,
        message: "cannot open file for writing on server",
      });
    }
    assertEquals(names(), ["d", "l"]);
  });
});

Deno.test("Server answers a stranger with ERROR 5 and goes on (row 15)", async () => {
  await withServer({}, async ({ server, read }) => {
    using peer = new Peer(server.port);
    using stranger = new Peer(server.port);
    await peer.begin("f");
    stranger.transferPort = peer.transferPort;
    // An ERROR is never answered, so DATA is what the answer is for.
    await stranger.send({ kind: "error", code: 0, message: "die" });
    assertEquals(await stranger.block(1, pattern(7)), {
      kind: "error",
      code: 5,
      message: "unknown transfer identifier",
    });
    await peer.block(1, pattern(3));
    assertEquals(read("f"), pattern(3));
    await stranger.expectSilence();
  });
});

Deno.test("Server refuses a block over blksize and keeps nothing (row 24)", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", { blksize: "8" });
    await peer.block(1, pattern(8));
    assertEquals(await peer.block(2, pattern(9)), {
      kind: "error",
      code: 4,
      message: "block of 9 bytes exceeds blksize 8",
    });
    assertEquals((await event("failed")).bytes, 8);
    await server.stop();
    assertEquals(names(), []);
  });
});

Deno.test("Server drops an upload whose client sends ERROR (row 17)", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    await peer.send({ kind: "error", code: 3, message: "no paper\x1b[2J" });
    assertEquals((await event("failed")).why, {
      kind: "client-error",
      code: 3,
      message: "no paper\x1b[2J",
    });
    await peer.expectSilence();
    await server.stop();
    assertEquals(names(), []);
  });
});

Deno.test("Server serves only the address it is told to", async () => {
  const config = { hostname: "0.0.0.0", remoteip: "127.0.0.2" };
  await withServer(config, async ({ server, names, event }) => {
    using other = new Peer(server.port);
    await other.ask(writeRequest("f"));
    assertEquals((await event("denied")).reason, "only 127.0.0.2 may send");
    using peer = new Peer(server.port, "127.0.0.2");
    assertEquals(await peer.upload("f", pattern(9)), { kind: "ack", block: 1 });
    assertEquals(names(), ["f"]);
  });
});

for (const servesLowPorts of [false, true]) {
  const does = servesLowPorts ? "serves" : "ignores";
  Deno.test(`Server ${does} low ports if that is ${servesLowPorts ? "" : "not "}wanted (row 56)`, async () => {
    const socket = listenBelow1024();
    if (socket === undefined) return skip("no low port can be had here");
    try {
      await withServer({ servesLowPorts }, async ({ server, event }) => {
        const to = { hostname: "127.0.0.1", port: server.port };
        const request = encodePacket(writeRequest("f"));
        await socket.send(request, { transport: "udp", ...to });
        const { kind, peer } = await Promise.race([
          event("accepted"),
          event("denied"),
        ]);
        assertEquals(kind, servesLowPorts ? "accepted" : "denied");
        assertEquals(peer.port, (socket.addr as Deno.NetAddr).port);
      });
    } finally {
      socket.close();
    }
  });
}

/** The system never chooses such a port by itself, so it is looked for. */
function listenBelow1024(): Deno.DatagramConn | undefined {
  for (let port = 1_023; port >= 1_000; port--) {
    try {
      const hostname = "127.0.0.1";
      return Deno.listenDatagram({ transport: "udp", hostname, port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) return undefined;
    }
  }
  return undefined;
}
