/**
 * What clients are told about names with directories, and where those lead.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withPeers, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { IS_UNIX } from "../storage/files.ts";
import { namesIn, partsIn } from "../temp_directory.ts";

const ASTRAY = {
  kind: "error",
  code: 2,
  message: "a directory of the name cannot be used",
} as const;

Deno.test("Room keeps directories, and has parts in none of them", async () => {
  const config = { paths: "keep" } as const;
  await withServer(config, async ({ server, directory, event, read }) => {
    using peer = new Peer(server.port);
    await peer.begin("/tftpboot\\a/f.cfg");
    await peer.block(1, pattern(512));
    assertEquals(namesIn(directory).filter((it) => !it.endsWith(".part")), []);
    await peer.block(2, pattern(1));
    const { filename, storedName } = await event("stored");
    assertEquals(filename, "/tftpboot\\a/f.cfg");
    assertEquals(storedName, "tftpboot/a/f.cfg");
    assertEquals(read(storedName).length, 513);
    assertEquals(partsIn(directory), []);
  });
});

Deno.test({
  name: "Room refuses what is in the place of a directory, whenever it came",
  ignore: !IS_UNIX,
  fn: async () => {
    const config = { paths: "keep" } as const;
    await withServer(config, async ({ server, directory, event, names }) => {
      await Deno.mkdir(join(directory, "target"));
      await withPeers(2, server.port, async ([early, late]) => {
        await early?.begin("a/f");
        await Deno.symlink("target", join(directory, "a"));
        assertEquals<unknown>(await late?.begin("a/g"), ASTRAY);
        const { reason } = await event("refused");
        assertEquals(reason, '"a" is a link, not a directory');
        assertEquals<unknown>(await early?.block(1, pattern(1)), ASTRAY);
        const { trouble } = await event("failed");
        assertEquals(trouble, '"a" is a link, not a directory');
      });
      await server.stop();
      assertEquals(names(), ["a", "target"]);
      assertEquals(namesIn(join(directory, "target")), []);
    });
  },
});

Deno.test("Rooms let a file or a directory have a name, not both", async () => {
  const config = { paths: "keep" } as const;
  await withServer(config, async ({ server, names }) => {
    await withPeers(3, server.port, async (peers) => {
      const [file, below, second] = peers;
      await file?.begin("a");
      await below?.begin("a/b");
      const { kind } = await file?.block(1, pattern(1)) ?? {};
      assertEquals(kind, "ack");
      assertEquals<unknown>(await below?.block(1, pattern(1)), ASTRAY);
      assertEquals<unknown>(await second?.begin("a/b"), ASTRAY);
    });
    await server.stop();
    assertEquals(names(), ["a"]);
  });
});

Deno.test("Rooms store 20 versions of a name in a directory at once", async () => {
  const config = {
    paths: "strip",
    onExists: "version",
    template: readTemplate("{client}/{name}"),
  } as const;
  await withServer(config, async ({ server, directory }) => {
    await withPeers(20, server.port, async (peers) => {
      const answers = await Promise.all(
        peers.map((peer) => peer.upload("flash:/x/f", pattern(600))),
      );
      assertEquals(answers.map(({ kind }) => kind), Array(20).fill("ack"));
    });
    await server.stop();
    assertEquals(namesIn(directory), ["127.0.0.1"]);
    const versions = Array.from({ length: 19 }, (_, i) => `f.~${i + 2}~`);
    const found = namesIn(join(directory, "127.0.0.1"));
    assertEquals(found, ["f", ...versions].sort());
  }, { threads: 3 });
});
