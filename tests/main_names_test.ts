/**
 * The flags for names, with real clients. A client that is not installed is
 * skipped with a printed reason.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { quote } from "../lib/report/words.ts";
import { canRun, uploadBy } from "./interop/client.ts";
import { denoFlags, runProgram, ServerProcess } from "./process.ts";
import { skip } from "./skip.ts";
import { createFiles, IS_UNIX } from "./storage/files.ts";
import { withTempDirectory } from "./temp_directory.ts";

const CURL = "curl -sS -T FILE URL";
const HPA = "tftp -m binary HOST PORT -c put FILE NAME";

/** A server, and a way to send to it. */
interface Setting {
  readonly directory: string;
  /** The file of receipts. */
  readonly receipts: string;
  /**
   * Sends a file, each time under another name.
   *
   * @returns The name that it is stored under, or the line about its refusal.
   */
  send(commandLine: string, name: string): Promise<string>;
}

Deno.test("main --paths strip stores under the last part of any path", () =>
  withSetting(["--paths", "strip"], async ({ send }) => {
    assertEquals(await send(CURL, "/tftpboot/a.cfg"), "a.cfg");
    assertEquals(await send(CURL, "flash:/b.cfg"), "b.cfg");
    assertEquals(await send(HPA, "dir\\c.cfg"), "c.cfg");
    assertEquals(await send(HPA, "/x/../d.cfg"), "d.cfg");
    const refused = await send(HPA, "x/.profile");
    assertMatch(refused, /begins with \. or -; try: "profile"$/);
  }));

Deno.test("main --paths keep makes directories, and verify looks into them", () =>
  withSetting(["--paths", "keep", "--ipstamp"], async (setting) => {
    const { directory, receipts, send } = setting;
    const stamped = "site/r1/127.0.0.1-";
    assertEquals(await send(CURL, "/site/r1/a.cfg"), `${stamped}a.cfg`);
    assertEquals(await send(HPA, "site\\r1/b.cfg"), `${stamped}b.cfg`);
    if (IS_UNIX) {
      await Deno.symlink(directory, join(directory, "link"));
      const refused = await send(HPA, "link/f");
      assertMatch(refused, /: "link" is a link, not a directory$/);
    }
    assertMatch(await send(HPA, "a/../f"), /contains \. or \.\.; try: "f", or/);
    const verify = () =>
      runProgram(["verify", "--receipts", receipts, "--dir", directory]);
    assertEquals(await verify(), { code: 0, stdout: "2 intact\n", stderr: "" });
    await createFiles(join(directory, "site"), ["planted", ".hidden"]);
    await Deno.remove(join(directory, stamped + "b.cfg"));
    assertEquals((await verify()).stdout.trimEnd().split("\n").sort(), [
      "1 intact",
      `missing: "${stamped}b.cfg"`,
      'unlisted: "site/planted" has no receipt',
    ]);
  }));

Deno.test("main --name-template makes directories of its own", () =>
  withSetting(
    ["--name-template", "{client}/{name}-{date}"],
    async ({ send }) => {
      const stored = /^127\.0\.0\.1\/[ab]\.cfg-\d{4}-\d\d-\d\d$/;
      assertMatch(await send(CURL, "a.cfg"), stored);
      assertMatch(await send(HPA, "b.cfg"), stored);
      const refused = await send(HPA, "x/b.cfg");
      assertMatch(refused, /try: "b\.cfg", or --paths strip here$/);
    },
  ));

Deno.test("main --allow-chars takes more characters, and names the flag for others", () =>
  withSetting(["--allow-chars", " +@"], async ({ send }) => {
    assertEquals(await send(HPA, "a+b@c"), "a+b@c");
    assertEquals(await send(HPA, "two words"), "two words");
    assertEquals(await send(CURL, "c++"), "c++");
    const refused = await send(CURL, "a=b");
    assertMatch(
      refused,
      /character not allowed; try: "a_b", or --allow-chars '='/,
    );
  }));

/** Runs with a server that has these flags. */
function withSetting(
  flags: readonly string[],
  test: (setting: Setting) => Promise<void>,
): Promise<void> {
  return withTempDirectory(async (root) => {
    for (const commandLine of [CURL, HPA]) {
      if (!await canRun(commandLine)) return skip(`no ${commandLine}`);
    }
    const directory = join(root, "uploads");
    const receipts = join(root, "receipts");
    await Deno.mkdir(directory);
    const file = join(root, "sent");
    await Deno.writeTextFile(file, "sent");
    const command = [Deno.execPath(), ...denoFlags(root)];
    const all = ["--receipts", receipts, ...flags];
    await using server = await ServerProcess.start(directory, all, command);
    const { port } = server;
    await test({
      ...{ directory, receipts },
      async send(commandLine, name) {
        const { isStored } = await uploadBy(commandLine, { file, name, port });
        const line = await server.line(lineAbout(name));
        if (/ refused /.test(line)) {
          assert(!isStored, line);
          return line;
        }
        assert(isStored, line);
        const stored = / as "([^"]*)" \(/.exec(line)?.[1] ?? name;
        const text = await Deno.readTextFile(join(directory, stored));
        assertEquals(text, "sent");
        return stored;
      },
    });
  });
}

/** How the line about an upload's end, or its refusal, begins. */
function lineAbout(name: string): RegExp {
  const quoted = quote(name).replace(/[^A-Za-z0-9]/g, "\\$&");
  return new RegExp(` (stored|refused) ${quoted}[ :]`);
}
