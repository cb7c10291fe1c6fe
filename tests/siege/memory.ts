/**
 * Many real clients that all send large blocks and stay.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { Client, type Ending } from "../stress/client.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { mebibytes, statsOf } from "../stress/process_stats.ts";
import { differenceOf } from "../stress/stored.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { addressOf } from "./crowd.ts";
import { type Scenario, tried, type Verdict } from "./scenario.ts";

const SESSIONS = 2_000;
/** So many begin at once. */
const ABREAST = 50;
const BLKSIZE = 65_464;
const BLOCKS = 9;
/** A tenth block is to come. */
const FILE_BYTES = (BLOCKS + 1) * BLKSIZE;
/** The memory for uploads by default, and the program with all its threads. */
const MAX_PEAK_BYTES = 512 * 2 ** 20;

/** Two thousand uploads of nine large blocks that do not go on. */
export const MEMORY: Scenario = {
  name: "memory",
  what: "2000 uploads that have sent nine blocks of 65464 bytes and stay",
  run: (_, see) => fill(see),
};

/** An upload that is halted, or has ended before. */
interface Halted {
  readonly name: string;
  readonly ending: Promise<Ending>;
}

function fill(see: (line: string) => void): Promise<Verdict> {
  return withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, EVERYWHERE);
    const content = new Random(1).bytes(FILE_BYTES);
    await using clients = new AsyncDisposableStack();
    const goOn = Promise.withResolvers<void>();
    const begun: Halted[] = [];
    let halted = 0;
    const begin = async (index: number) => {
      const client = clients.use(new Client(server.port, addressOf(index)));
      const name = `large-${index}`;
      const isHalted = Promise.withResolvers<void>();
      const ending = client.upload({
        ...{ name, content, options: { blksize: `${BLKSIZE}` } },
        async onAck(acked) {
          if (acked < BLOCKS * BLKSIZE) return;
          halted++;
          isHalted.resolve();
          await goOn.promise;
        },
      });
      begun.push({ name, ending });
      await Promise.race([isHalted.promise, ending]);
    };
    for (let first = 0; first < SESSIONS; first += ABREAST) {
      const indexes = Array.from({ length: ABREAST }, (_, i) => first + i);
      await Promise.all(indexes.map(begin));
    }
    const full = await statsOf(server.pid);
    const held = halted;
    goOn.resolve();
    const { stored, refused, failures } = await judge(
      directory,
      begun,
      content,
    );
    const peak = full?.peakBytes ?? 0;
    see(
      `${held} uploads held, ${mebibytes(peak)} at the peak; then ${stored} ` +
        `stored, ${refused} refused`,
    );
    return tried(
      ...failures.slice(0, 10),
      peak > MAX_PEAK_BYTES && `peak of memory ${mebibytes(peak)}`,
    );
  });
}

async function judge(
  directory: string,
  begun: readonly Halted[],
  content: Uint8Array,
): Promise<{ stored: number; refused: number; failures: string[] }> {
  const failures: string[] = [];
  let stored = 0;
  let refused = 0;
  for (const { name, ending: promise } of begun) {
    const ending = await promise;
    if (ending.kind === "refused" && /busy/.test(ending.text)) refused++;
    else if (ending.kind === "acknowledged") {
      const trouble = await differenceOf(directory, name, content);
      if (trouble === undefined) stored++;
      else failures.push(trouble);
    } else failures.push(`${name}: ${JSON.stringify(ending)}`);
  }
  return { stored, refused, failures };
}
