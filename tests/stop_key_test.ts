import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { Problem } from "../lib/problem.ts";
import { readStopKey, StopKey } from "../lib/stop_key.ts";
import { pattern } from "./peer.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

const MESSAGE = Uint8Array.of(1, 2, 3);

/** Nothing is wrong with a key. */
function noWarning(message: string): void {
  throw new Error(message);
}

/** Runs with the path of a key that is not there yet. */
function withPath(test: (path: string) => Promise<void>): Promise<void> {
  return withTempDirectory((directory) => test(join(directory, "key")));
}

/** A key of 16 bytes that are all the same. */
function keyOf(byte: number): Promise<StopKey> {
  return StopKey.from(new Uint8Array(16).fill(byte));
}

Deno.test("readStopKey() reads all bytes of a file as the key", () =>
  withPath(async (path) => {
    const key = crypto.getRandomValues(new Uint8Array(16));
    await Deno.writeFile(path, key, { mode: 0o600 });
    assertEquals(await readStopKey(path, noWarning), key);
  }));

Deno.test("readStopKey() says what is wrong with a key, and what leads out", () =>
  withPath(async (path) => {
    const read = async () => {
      const reading = () => readStopKey(path, noWarning);
      const { message, hint } = await assertRejects(reading, Problem);
      return [message, hint];
    };
    assertEquals(await read(), [
      `cannot read the stop key "${path}": it does not exist`,
      `make one: (umask 077; head -c 32 /dev/urandom > "${path}")`,
    ]);
    // A file that is there is not to be written over.
    const another = "make another file with " +
      '"head -c 32 /dev/urandom" and name it with --stop-key-file';
    const rows = [
      [pattern(15), "has 15 bytes; expected 16 or more"],
      [new Uint8Array(32).fill(7), "is one byte over and over"],
    ] as const;
    for (const [key, wrong] of rows) {
      await Deno.writeFile(path, key);
      const message = `the stop key "${path}" ${wrong}`;
      assertEquals(await read(), [message, another]);
    }
    await Deno.remove(path);
    await Deno.mkdir(path);
    const [message = "", hint] = await read();
    assert(message.startsWith(`cannot read the stop key "${path}": `));
    assertEquals(hint, another);
  }));

Deno.test("readStopKey() warns of a key that others can use", () =>
  withPath(async (path) => {
    if (Deno.build.os === "windows") return skip("there are no such rights");
    await Deno.writeFile(path, pattern(16));
    for (const mode of [0o600, 0o400, 0o640, 0o604, 0o622]) {
      await Deno.chmod(path, mode);
      const warnings: string[] = [];
      await readStopKey(path, (message) => warnings.push(message));
      const warning =
        `others can use the stop key "${path}"; chmod 600 keeps them out`;
      assertEquals(warnings, (mode & 0o077) === 0 ? [] : [warning]);
    }
  }));

Deno.test("sign() puts a proof behind the message, and verify() takes no other", async () => {
  const key = await keyOf(7);
  const signed = await key.sign(MESSAGE);
  assertEquals(signed.length, 3 + 32);
  assertEquals(signed.subarray(0, 3), MESSAGE);
  const proof = signed.subarray(3);
  assert(await key.verify(MESSAGE, proof));
  assert(!await key.verify(Uint8Array.of(1, 2, 4), proof));
  assert(!await key.verify(MESSAGE, proof.subarray(1)));
  assert(!await key.verify(MESSAGE, new Uint8Array(32)));
  assert(!await (await keyOf(8)).verify(MESSAGE, proof));
});

Deno.test("verify() may be given views of a buffer that is used again", async () => {
  const key = await keyOf(7);
  const buffer = await key.sign(MESSAGE);
  const verified = key.verify(buffer.subarray(0, 3), buffer.subarray(3));
  buffer.fill(0);
  assert(await verified);
});
