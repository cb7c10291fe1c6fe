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

Deno.test("readStopKey() reads all bytes of a file as the key", async () => {
  await withTempDirectory(async (directory) => {
    const path = join(directory, "key");
    const key = crypto.getRandomValues(new Uint8Array(16));
    await Deno.writeFile(path, key, { mode: 0o600 });
    assertEquals(await readStopKey(path, noWarning), key);
  });
});

Deno.test("readStopKey() says what is wrong with a key, and what leads out", async () => {
  await withTempDirectory(async (directory) => {
    const path = join(directory, "key");
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
    await Deno.writeFile(path, pattern(15));
    assertEquals(await read(), [
      `the stop key "${path}" has 15 bytes; expected 16 or more`,
      another,
    ]);
    await Deno.writeFile(path, new Uint8Array(32).fill(7));
    assertEquals(await read(), [
      `the stop key "${path}" is one byte over and over`,
      another,
    ]);
    await Deno.remove(path);
    await Deno.mkdir(path);
    const [message = "", hint] = await read();
    assert(message.startsWith(`cannot read the stop key "${path}": `));
    assertEquals(hint, another);
  });
});

Deno.test("readStopKey() warns of a key that others can use", async () => {
  if (Deno.build.os === "windows") return skip("there are no such rights");
  await withTempDirectory(async (directory) => {
    const path = join(directory, "key");
    await Deno.writeFile(path, pattern(16));
    for (const mode of [0o600, 0o400, 0o640, 0o604, 0o622]) {
      await Deno.chmod(path, mode);
      const warnings: string[] = [];
      await readStopKey(path, (message) => warnings.push(message));
      const warning =
        `others can use the stop key "${path}"; chmod 600 keeps them out`;
      assertEquals(warnings, (mode & 0o077) === 0 ? [] : [warning]);
    }
  });
});

Deno.test("sign() puts a proof behind the message", async () => {
  const key = await StopKey.from(new Uint8Array(16).fill(7));
  const signed = await key.sign(MESSAGE);
  assertEquals(signed.length, 3 + 32);
  assertEquals(signed.subarray(0, 3), MESSAGE);
  assert(await key.verify(MESSAGE, signed.subarray(3)));
});

Deno.test("verify() takes no other message, proof or key", async () => {
  const key = await StopKey.from(new Uint8Array(16).fill(7));
  const proof = (await key.sign(MESSAGE)).subarray(3);
  assert(!await key.verify(Uint8Array.of(1, 2, 4), proof));
  assert(!await key.verify(MESSAGE, proof.subarray(1)));
  assert(!await key.verify(MESSAGE, new Uint8Array(32)));
  const other = await StopKey.from(new Uint8Array(16).fill(8));
  assert(!await other.verify(MESSAGE, proof));
});

Deno.test("verify() may be given views of a buffer that is used again", async () => {
  const key = await StopKey.from(new Uint8Array(16).fill(7));
  const buffer = await key.sign(MESSAGE);
  const verified = key.verify(buffer.subarray(0, 3), buffer.subarray(3));
  buffer.fill(0);
  assert(await verified);
});
