import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { OnExists } from "../../lib/server/config.ts";
import { type Harness, withServer } from "./harness.ts";
import { pattern, Peer } from "./peer.ts";

const EXISTS = {
  kind: "error",
  code: 6,
  message: "file already exists",
} as const;
const CANNOT_OPEN = {
  kind: "error",
  code: 2,
  message: "cannot open file for writing on server",
} as const;

/** Uploads of one name at once, each of its own length; the answers' kinds. */
async function uploadAtOnce(
  { server }: Harness,
  name: string,
  count: number,
): Promise<string[]> {
  const peers = Array.from({ length: count }, () => new Peer(server.port));
  const answers = await Promise.all(
    peers.map((peer, i) => peer.upload(name, pattern(600 + i))),
  );
  for (const peer of peers) peer[Symbol.dispose]();
  return answers.map(({ kind }) => kind);
}

/** Asserts that the files hold what {@linkcode uploadAtOnce} sent, each once. */
function assertAllThere({ names, read }: Harness): void {
  const contents = names().map((name) => read(name));
  contents.sort((a, b) => a.length - b.length);
  assertEquals(contents, contents.map((_, i) => pattern(600 + i)));
}

Deno.test("Server with refuse answers a name that is taken with ERROR 6", async () => {
  const config = { onExists: "refuse" } as const;
  await withServer(config, async ({ server, names, read, write, event }) => {
    write("f", "yesterday");
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f"), EXISTS);
    assertEquals(peer.transferPort, server.port);
    assertEquals((await event("refused")).filename, "f");
    assertEquals(names(), ["f"]);
    assertEquals(new TextDecoder().decode(read("f")), "yesterday");
  });
});

Deno.test("Server with refuse takes a name that is free", async () => {
  await withServer({ onExists: "refuse" }, async ({ server, names, read }) => {
    using peer = new Peer(server.port);
    const answer = await peer.upload("f", pattern(700));
    assertEquals(answer, { kind: "ack", block: 2 });
    assertEquals(names(), ["f"]);
    assertEquals(read("f"), pattern(700));
  });
});

Deno.test("Server with refuse lets the first of two uploads have the name (row 5)", async () => {
  const config = { onExists: "refuse" } as const;
  await withServer(config, async ({ server, names, read, event }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    await first.begin("f");
    await second.begin("f");
    await first.block(1, pattern(512));
    await second.block(1, pattern(512));
    assertEquals((await second.block(2, pattern(2))).kind, "ack");
    assertEquals(await first.block(2, pattern(1)), EXISTS);
    assertEquals((await event("failed")).why, {
      kind: "server",
      message: "file already exists",
    });
    assertEquals(read("f").length, 514);
    await server.stop();
    assertEquals(names(), ["f"]);
  });
});

Deno.test("Server with refuse publishes one of 20 uploads of a name at once (row 5)", async () => {
  await withServer({ onExists: "refuse" }, async (harness) => {
    const kinds = await uploadAtOnce(harness, "f", 20);
    assertEquals(kinds.filter((kind) => kind === "ack").length, 1);
    assertEquals(kinds.filter((kind) => kind === "error").length, 19);
    const length = 600 + kinds.indexOf("ack");
    await harness.server.stop();
    assertEquals(harness.names(), ["f"]);
    assertEquals(harness.read("f"), pattern(length));
  });
});

Deno.test("Server with replace publishes each of 20 uploads of a name whole", async () => {
  await withServer({ onExists: "replace" }, async (harness) => {
    const kinds = await uploadAtOnce(harness, "f", 20);
    assertEquals(kinds, Array(20).fill("ack"));
    assertEquals(harness.names(), ["f"]);
    const content = harness.read("f");
    assert(content.length >= 600);
    assertEquals(content, pattern(content.length));
  });
});

Deno.test("Server with version numbers 20 uploads of a name at once (row 5)", async () => {
  await withServer({ onExists: "version" }, async (harness) => {
    const kinds = await uploadAtOnce(harness, "f", 20);
    assertEquals(kinds, Array(20).fill("ack"));
    const later = Array.from({ length: 19 }, (_, i) => `f.~${i + 2}~`);
    assertEquals(harness.names(), ["f", ...later].sort());
    assertAllThere(harness);
  });
});

Deno.test("Server with version leaves what is there alone", async () => {
  const config = { onExists: "version" } as const;
  await withServer(config, async ({ server, names, read, write, event }) => {
    write("f", "one");
    write("f.~2~", "two");
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(3));
    assertEquals((await event("stored")).storedName, "f.~3~");
    assertEquals(names(), ["f", "f.~2~", "f.~3~"]);
    assertEquals(new TextDecoder().decode(read("f")), "one");
    assertEquals(read("f.~3~"), pattern(3));
  });
});

for (const onExists of ["replace", "refuse"] as const) {
  Deno.test(`Server with ${onExists} refuses the name of a directory`, async () => {
    await withServer({ onExists }, async ({ server, directory, names }) => {
      await Deno.mkdir(join(directory, "d"));
      using peer = new Peer(server.port);
      assertEquals(await peer.begin("d"), CANNOT_OPEN);
      assertEquals(names(), ["d"]);
    });
  });
}

Deno.test("Server with version stores beside a directory of the name", async () => {
  const config = { onExists: "version" } as const;
  await withServer(config, async ({ server, directory, names, read }) => {
    await Deno.mkdir(join(directory, "d"));
    using peer = new Peer(server.port);
    assertEquals((await peer.upload("d", pattern(5))).kind, "ack");
    assertEquals(names(), ["d", "d.~2~"]);
    assertEquals(read("d.~2~"), pattern(5));
  });
});

/** What a client gets for whose name a directory appears while it sends. */
const LATE_DIRECTORY = [
  ["replace", CANNOT_OPEN, ["d"]],
  ["refuse", EXISTS, ["d"]],
  ["version", { kind: "ack", block: 1 }, ["d", "d.~2~"]],
] as const;

for (const [onExists, answer, left] of LATE_DIRECTORY) {
  Deno.test(`Server with ${onExists} finds a directory that came late`, async () => {
    await withServer({ onExists }, async ({ server, directory, names }) => {
      using peer = new Peer(server.port);
      await peer.begin("d");
      await Deno.mkdir(join(directory, "d"));
      assertEquals<unknown>(await peer.block(1, pattern(1)), answer);
      await server.stop();
      assertEquals(names(), [...left]);
    });
  });
}

const MODES: readonly OnExists[] = ["replace", "refuse", "version"];

for (const onExists of MODES) {
  Deno.test(`Server with ${onExists} and time stamps stores 20 uploads at once`, async () => {
    await withServer({ onExists, timestamp: true }, async (harness) => {
      const kinds = await uploadAtOnce(harness, "f", 20);
      assertEquals(kinds, Array(20).fill("ack"));
      assertEquals(harness.names().length, 20);
      for (const name of harness.names()) {
        assertMatch(name, /^f-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-\d{3}$/);
      }
      assertAllThere(harness);
    });
  });
}
