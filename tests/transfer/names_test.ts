/**
 * What clients are told about names with directories, and where those lead.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  ack,
  errorOf,
  sendFirst,
  withClient,
  withPeers,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { IS_UNIX } from "../storage/files.ts";
import { namesIn, partsIn } from "../temp_directory.ts";

const ASTRAY = errorOf(2, "a directory of the name cannot be used");

const KEEP = { paths: "keep" } as const;
const LINK = '"a" is a link, not a directory';

Deno.test("Room keeps directories, and has parts in none of them", () =>
  withClient(KEEP, async ({ peer, directory, event, read }) => {
    await sendFirst(peer, "/tftpboot\\a/f.cfg");
    assertEquals(namesIn(directory).filter((it) => !it.endsWith(".part")), []);
    await peer.block(2, pattern(1));
    const { filename, storedName } = await event("stored");
    assertEquals(filename, "/tftpboot\\a/f.cfg");
    assertEquals(storedName, "tftpboot/a/f.cfg");
    assertEquals(read(storedName).length, 513);
    assertEquals(partsIn(directory), []);
  }));

Deno.test(
  "Room refuses what is in the place of a directory, whenever it came",
  { ignore: !IS_UNIX },
  () =>
    withClient(KEEP, async ({ peer, server, directory, event, names }) => {
      using late = new Peer(server.port);
      await Deno.mkdir(join(directory, "target"));
      await peer.begin("a/f");
      await Deno.symlink("target", join(directory, "a"));
      assertEquals(await late.begin("a/g"), ASTRAY);
      assertEquals((await event("refused")).reason, LINK);
      assertEquals(await peer.block(1, pattern(1)), ASTRAY);
      assertEquals((await event("failed")).trouble, LINK);
      await server.stop();
      assertEquals(names(), ["a", "target"]);
      assertEquals(namesIn(join(directory, "target")), []);
    }),
);

Deno.test("Rooms let a file or a directory have a name, not both", () =>
  withClient(KEEP, async ({ peer, server, names }) => {
    using below = new Peer(server.port);
    await below.begin("a/b");
    assertEquals(await peer.upload("a", pattern(1)), ack(1));
    assertEquals(await below.block(1, pattern(1)), ASTRAY);
    assertEquals(await peer.begin("a/b"), ASTRAY);
    await server.stop();
    assertEquals(names(), ["a"]);
  }));

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
