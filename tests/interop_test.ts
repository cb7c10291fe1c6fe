/**
 * Real clients against the real program. A client that is not installed is
 * skipped with a printed reason.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { uploadBy } from "./interop/client.ts";
import { isInstalled, run, ServerProcess } from "./process.ts";
import { Random } from "./random.ts";
import { skip } from "./skip.ts";
import { differenceOf } from "./stress/stored.ts";
import { withTempDirectory } from "./temp_directory.ts";

/** A server and a folder with files to send. */
interface Setting {
  readonly server: ServerProcess;
  readonly port: string;
  readonly directory: string;
  readonly sources: string;
}

const HOST = "127.0.0.1";

/**
 * Real clients, the block size they negotiate (a file of one whole block is that
 * long), and how they upload.
 */
const CLIENTS: ReadonlyArray<
  readonly [name: string, blksize: number, commandLine: string]
> = [
  ["curl", 512, "curl -sS -T FILE URL"],
  ["curl, 1468", 1468, "curl -sS --tftp-blksize 1468 -T FILE URL"],
  ["tftp-hpa", 512, "tftp -m binary HOST PORT -c put FILE NAME"],
  ["atftp", 512, "atftp -p -l FILE -r NAME HOST PORT"],
  [
    "atftp with a window",
    1024,
    "atftp --option blksize_1024 --option windowsize_16 --option tsize " +
    "-p -l FILE -r NAME HOST PORT",
  ],
  [
    "atftp with the smallest blksize and a window",
    128,
    "atftp --option blksize_128 --option windowsize_64 " +
    "-p -l FILE -r NAME HOST PORT",
  ],
  ["busybox", 1468, "busybox tftp -b 1468 -p -l FILE -r NAME HOST PORT"],
];

/** Past the 65535th block at 512 bytes. */
const WRAPPING_BYTES = 33_600_000;
const NOISE = new Random(1).bytes(WRAPPING_BYTES);

for (const [client, blksize, commandLine] of CLIENTS) {
  const [command = ""] = commandLine.split(" ");
  testWith(command, `${client} uploads files of every size`, async (
    { directory, sources, port },
  ) => {
    for (const size of [0, 1, blksize, 5_000_000, WRAPPING_BYTES]) {
      const content = NOISE.subarray(0, size);
      const name = `${size}`;
      const file = join(sources, name);
      await Deno.writeFile(file, content);
      const upload = { file, name, port: Number(port) };
      const { isStored, said } = await uploadBy(commandLine, upload);
      assert(isStored, said);
      assertEquals(await differenceOf(directory, name, content), undefined);
    }
  });
}

testWith("tftp", "tftp-hpa uploads text in netascii, stored as sent", async (
  { server, port, directory, sources },
) => {
  const file = join(sources, "text");
  await Deno.writeTextFile(file, "interface eth0\n shutdown\n");
  const { code } = await run("tftp", [
    ...["-m", "ascii", HOST, port, "-c", "put", file, "text"],
  ]);
  assertEquals(code, 0);
  await server.line(/stored "text"/);
  const stored = await Deno.readTextFile(join(directory, "text"));
  assertEquals(stored, "interface eth0\r\n shutdown\r\n");
});

testWith("tftp", "tftp-hpa puts several files from one port", async (
  { port, directory, sources },
) => {
  const contents = ["a", "b", "c"].map((name, i) => ({
    name,
    file: join(sources, name),
    content: NOISE.subarray(i, 2_000 + i),
  }));
  for (const { file, content } of contents) await Deno.writeFile(file, content);
  const stdin = contents.map(({ file, name }) => `put ${file} ${name}\n`)
    .join("");
  await run("tftp", ["-m", "binary", HOST, port], { stdin });
  for (const { name, content } of contents) {
    assertEquals(await differenceOf(directory, name, content), undefined);
  }
});

testWith("curl", "curl cannot download", async (
  { server, port, directory, sources },
) => {
  await Deno.writeTextFile(join(directory, "secret"), "secret");
  const target = join(sources, "got");
  await run("curl", ["-sS", "-o", target, `tftp://${HOST}:${port}/secret`]);
  await server.line(/refused "secret": read request not supported/);
  const got = await Deno.readTextFile(target).catch(() => "");
  assertEquals(got, "");
});

testWith("curl", "60 curls upload at once", async (
  { port, directory, sources },
) => {
  const content = NOISE.subarray(0, 100_000);
  const file = join(sources, "f");
  await Deno.writeFile(file, content);
  const names = Array.from({ length: 60 }, (_, i) => `f${i}`);
  const outcomes = await Promise.all(
    names.map((name) =>
      run("curl", ["-sS", "-T", file, `tftp://${HOST}:${port}/${name}`])
    ),
  );
  assertEquals(outcomes.map(({ code }) => code), names.map(() => 0));
  for (const name of names) {
    assertEquals(await differenceOf(directory, name, content), undefined);
  }
});

function testWith(
  command: string,
  name: string,
  test: (setting: Setting) => Promise<void>,
): void {
  Deno.test(name, async () => {
    if (!await isInstalled(command)) {
      return skip(`${command} is not installed`);
    }
    await withTempDirectory((directory) =>
      withTempDirectory(async (sources) => {
        await using server = await ServerProcess.start(directory);
        await test({ server, port: `${server.port}`, directory, sources });
      })
    );
  });
}
