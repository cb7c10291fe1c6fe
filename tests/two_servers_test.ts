/**
 * Two servers share a directory: one is killed and started again, and sweeps
 * nothing of the other, which lives.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { ServerProcess } from "./process.ts";
import { newSeed, Random } from "./random.ts";
import { Client, type Ending } from "./stress/client.ts";
import { differenceOf } from "./stress/stored.ts";
import { partsIn, withTempDirectory } from "./temp_directory.ts";

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

Deno.test("a server that is killed and restarted leaves the other's uploads alone", () =>
  withTempDirectory(async (directory) => {
    const random = new Random(newSeed());
    await using living = await ServerProcess.start(directory);
    for (let round = 0; round < ROUNDS; round++) {
      await using stack = new AsyncDisposableStack();
      const mortal = stack.use(await ServerProcess.start(directory));
      const [doomed, lucky] = [
        random.list(UPLOADS, (i) => begin(mortal.port, `both${i}`, random)),
        random.list(UPLOADS, (i) => begin(living.port, `both${i}`, random)),
      ];
      for (const it of [...doomed, ...lucky]) stack.use(it);
      await Promise.all([...doomed, ...lucky].map((it) => it.halfWay));
      assertEquals(partsIn(directory).length, 2 * UPLOADS);
      mortal.kill("SIGKILL");
      await mortal.exitCode();
      const heir = stack.use(await ServerProcess.start(directory));
      assertMatch(
        await heir.line(/removed/),
        RegExp(`removed ${UPLOADS} unfinished uploads`),
      );
      assertEquals(partsIn(directory).length, UPLOADS);
      for (const { name, content, ending, goOn } of lucky) {
        goOn();
        assertEquals(await ending, DONE, `seed ${random.seed}`);
        assertEquals(await differenceOf(directory, name, content), undefined);
      }
    }
  }));
