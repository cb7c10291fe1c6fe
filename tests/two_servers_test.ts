/**
 * Two servers share a directory: one is killed and started again, and sweeps
 * nothing of the other, which lives.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerProcess } from "./process.ts";
import { list } from "./server/harness.ts";
import { withTempDirectory } from "./temp_directory.ts";
import { Client, type Ending } from "./stress/client.ts";
import { newSeed, Random } from "./stress/random.ts";
import { differenceOf } from "./stress/stored.ts";

const UPLOADS = 4;
const FILE_BYTES = 120_000;
const ROUNDS = 5;
const DONE: Ending = { kind: "acknowledged" };

/** An upload that stops half way until it may go on. */
interface Upload extends AsyncDisposable {
  readonly name: string;
  readonly content: Uint8Array;
  /** Resolves half way. */
  readonly halfWay: Promise<void>;
  readonly goOn: () => void;
  readonly ending: Promise<Ending>;
}

function begin(port: number, name: string, random: Random): Upload {
  const client = new Client(port);
  const content = random.bytes(FILE_BYTES);
  const half = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const ending = client.upload({
    name,
    content,
    options: { blksize: "1428" },
    async onAck(acked) {
      if (acked < FILE_BYTES / 2) return;
      half.resolve();
      await gate.promise;
    },
  });
  return {
    name,
    content,
    halfWay: half.promise,
    goOn: gate.resolve,
    ending,
    async [Symbol.asyncDispose]() {
      gate.resolve();
      await client[Symbol.asyncDispose]();
      await ending;
    },
  };
}

function beginSome(port: number, prefix: string, random: Random): Upload[] {
  return Array.from(
    { length: UPLOADS },
    (_, i) => begin(port, `${prefix}${i}`, random),
  );
}

function parts(directory: string): string[] {
  return list(directory).filter((name) => name.endsWith(".part"));
}

Deno.test("a server that is killed and restarted leaves the other's uploads alone", () =>
  withTempDirectory(async (directory) => {
    const random = new Random(newSeed());
    await using living = await ServerProcess.start(directory);
    for (let round = 0; round < ROUNDS; round++) {
      await using stack = new AsyncDisposableStack();
      const mortal = stack.use(await ServerProcess.start(directory));
      const doomed = beginSome(mortal.port, "both", random);
      const lucky = beginSome(living.port, "both", random);
      for (const it of [...doomed, ...lucky]) stack.use(it);
      await Promise.all([...doomed, ...lucky].map((it) => it.halfWay));
      assertEquals(parts(directory).length, 2 * UPLOADS);
      mortal.kill("SIGKILL");
      await mortal.exitCode();
      const heir = stack.use(await ServerProcess.start(directory));
      assertMatch(
        await heir.line(/removed/),
        RegExp(`removed ${UPLOADS} unfinished uploads`),
      );
      assertEquals(parts(directory).length, UPLOADS);
      for (const { goOn } of lucky) goOn();
      for (const { name, content, ending } of lucky) {
        assertEquals(await ending, DONE, `seed ${random.seed}`);
        assertEquals(await differenceOf(directory, name, content), undefined);
      }
    }
  }));

Deno.test("two servers store uploads of the same names at once, each whole", () =>
  withTempDirectory(async (directory) => {
    const random = new Random(newSeed());
    await using one = await ServerProcess.start(directory);
    await using two = await ServerProcess.start(directory);
    for (let round = 0; round < ROUNDS; round++) {
      await using stack = new AsyncDisposableStack();
      const first = beginSome(one.port, "same", random);
      const second = beginSome(two.port, "same", random);
      for (const it of [...first, ...second]) stack.use(it);
      for (const { goOn } of [...first, ...second]) goOn();
      for (const [i, { name, content, ending }] of first.entries()) {
        assertEquals(await ending, DONE);
        assertEquals(await second[i]?.ending, DONE);
        const other = second[i]?.content ?? content;
        const differences = [
          await differenceOf(directory, name, content),
          await differenceOf(directory, name, other),
        ];
        assert(differences.includes(undefined), `seed ${random.seed}`);
      }
      assertEquals(parts(directory), []);
    }
  }));
