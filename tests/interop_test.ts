/**
 * Real clients against the real program. A client that is not installed is
 * skipped with a printed reason.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isInstalled, type Outcome, run, ServerProcess } from "./process.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

interface Client {
  readonly name: string;
  readonly command: string;
  /** The block size it negotiates: a file of one whole block is that long. */
  readonly blksize: number;
  upload(file: string, name: string, port: number): Promise<Outcome>;
}

const CLIENTS: readonly Client[] = [
  {
    name: "curl",
    command: "curl",
    blksize: 512,
    upload: (file, name, port) =>
      run("curl", ["-sS", "-T", file, `tftp://127.0.0.1:${port}/${name}`]),
  },
  {
    name: "curl --tftp-blksize 1468",
    command: "curl",
    blksize: 1468,
    upload: (file, name, port) =>
      run("curl", [
        ...["-sS", "--tftp-blksize", "1468", "-T", file],
        `tftp://127.0.0.1:${port}/${name}`,
      ]),
  },
  {
    name: "tftp-hpa",
    command: "tftp",
    blksize: 512,
    upload: (file, name, port) =>
      run("tftp", [
        ...["-m", "binary", "127.0.0.1", `${port}`],
        ...["-c", "put", file, name],
      ]),
  },
  {
    name: "atftp",
    command: "atftp",
    blksize: 512,
    upload: (file, name, port) => atftp([], file, name, port),
  },
  {
    name: "atftp with blksize, windowsize and tsize",
    command: "atftp",
    blksize: 1024,
    upload: (file, name, port) =>
      atftp(["blksize 1024", "windowsize 16", "tsize"], file, name, port),
  },
  {
    name: "atftp with the smallest blksize and a window",
    command: "atftp",
    blksize: 128,
    upload: (file, name, port) =>
      atftp(["blksize 128", "windowsize 64"], file, name, port),
  },
  {
    name: "busybox -b 1468",
    command: "busybox",
    blksize: 1468,
    upload: (file, name, port) =>
      run("busybox", [
        ...["tftp", "-b", "1468", "-p", "-l", file, "-r", name],
        ...["127.0.0.1", `${port}`],
      ]),
  },
];

/** Past the 65535th block at 512 bytes. */
const WRAPPING_BYTES = 33_600_000;

for (const client of CLIENTS) {
  Deno.test(`${client.name} uploads files of every size`, async () => {
    if (!await isInstalled(client.command)) {
      return skip(`${client.command} is not installed`);
    }
    await withServer(async (server, directory, sources) => {
      const sizes = [0, 1, client.blksize, 5_000_000, WRAPPING_BYTES];
      for (const size of sizes) {
        const file = join(sources, `${size}.bin`);
        await Deno.writeFile(file, noise(size));
        const outcome = await client.upload(file, `${size}.bin`, server.port);
        assertEquals(outcome.code, 0, outcome.stderr);
        await assertSameFile(join(directory, `${size}.bin`), file);
      }
    });
  });
}

Deno.test("tftp-hpa uploads text in netascii, stored as sent", async () => {
  if (!await isInstalled("tftp")) return skip("tftp is not installed");
  await withServer(async (server, directory, sources) => {
    const file = join(sources, "text");
    await Deno.writeTextFile(file, "interface eth0\n shutdown\n");
    const { code } = await run("tftp", [
      ...["-m", "ascii", "127.0.0.1", `${server.port}`],
      ...["-c", "put", file, "text"],
    ]);
    assertEquals(code, 0);
    await server.line(/stored "text"/);
    assertEquals(
      await Deno.readTextFile(join(directory, "text")),
      "interface eth0\r\n shutdown\r\n",
    );
  });
});

Deno.test("tftp-hpa puts several files from one port", async () => {
  if (!await isInstalled("tftp")) return skip("tftp is not installed");
  await withServer(async (server, directory, sources) => {
    for (const name of ["a", "b", "c"]) {
      await Deno.writeFile(join(sources, name), noise(2_000));
    }
    await run("tftp", ["-m", "binary", "127.0.0.1", `${server.port}`], {
      stdin: ["a", "b", "c"].map((it) => `put ${join(sources, it)} ${it}\n`)
        .join(""),
    });
    for (const name of ["a", "b", "c"]) {
      await assertSameFile(join(directory, name), join(sources, name));
    }
  });
});

Deno.test("curl cannot download", async () => {
  if (!await isInstalled("curl")) return skip("curl is not installed");
  await withServer(async (server, directory, sources) => {
    await Deno.writeTextFile(join(directory, "secret"), "secret");
    const target = join(sources, "got");
    await run("curl", [
      ...["-sS", "-o", target, `tftp://127.0.0.1:${server.port}/secret`],
    ]);
    await server.line(/refused "secret": read request not supported/);
    const got = await Deno.readTextFile(target).catch(() => "");
    assertEquals(got, "");
  });
});

Deno.test("60 curls upload at once", async () => {
  if (!await isInstalled("curl")) return skip("curl is not installed");
  await withServer(async (server, directory, sources) => {
    const file = join(sources, "f");
    await Deno.writeFile(file, noise(100_000));
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        run("curl", [
          ...["-sS", "-T", file, `tftp://127.0.0.1:${server.port}/f${i}`],
        ])),
    );
    assertEquals(outcomes.map(({ code }) => code), Array(60).fill(0));
    for (let i = 0; i < 60; i++) {
      await assertSameFile(join(directory, `f${i}`), file);
    }
  });
});

function atftp(
  options: readonly string[],
  file: string,
  name: string,
  port: number,
): Promise<Outcome> {
  return run("atftp", [
    ...options.flatMap((option) => ["--option", option]),
    ...["-p", "-l", file, "-r", name, "127.0.0.1", `${port}`],
  ]);
}

async function withServer(
  test: (
    server: ServerProcess,
    directory: string,
    sources: string,
  ) => Promise<void>,
): Promise<void> {
  await withTempDirectory((directory) =>
    withTempDirectory(async (sources) => {
      await using server = await ServerProcess.start(directory);
      await test(server, directory, sources);
    })
  );
}

/** Bytes without a pattern that a lost or repeated block could hide in. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = 0x2545f491;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** Not `assertEquals`: that would print megabytes. */
async function assertSameFile(actual: string, expected: string): Promise<void> {
  const [a, b] = await Promise.all([
    Deno.readFile(actual),
    Deno.readFile(expected),
  ]);
  assertEquals(a.length, b.length);
  assertEquals(a.findIndex((byte, i) => byte !== b[i]), -1);
}
