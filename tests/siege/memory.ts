/**
 * Many real clients that all send large blocks and stay.
 *
 * @module
 */

import { Random } from "../random.ts";
import { Client, type Ending } from "../stress/client.ts";
import { mebibytes, statsOf } from "../stress/process_stats.ts";
import { addressOf, uploadHalf, wrongWith } from "./crowd.ts";
import { besiege, type Scenario, tried } from "./scenario.ts";

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
  run: besiege([], async ({ server, directory, see }) => {
    const content = new Random(1).bytes(FILE_BYTES);
    await using clients = new AsyncDisposableStack();
    const goOn = Promise.withResolvers<void>();
    const begun: { name: string; ending: Promise<Ending> }[] = [];
    let held = 0;
    const begin = async (index: number) => {
      const client = clients.use(new Client(server.port, addressOf(index)));
      const name = `large-${index}`;
      const sending = { name, content, options: { blksize: `${BLKSIZE}` } };
      const sent = BLOCKS * BLKSIZE;
      const half = await uploadHalf(client, sending, sent, goOn.promise);
      begun.push({ name, ending: half.ending });
      if (half.isHalted) held++;
    };
    for (let first = 0; first < SESSIONS; first += ABREAST) {
      const indexes = Array.from({ length: ABREAST }, (_, i) => first + i);
      await Promise.all(indexes.map(begin));
    }
    const peak = (await statsOf(server.pid))?.peakBytes ?? 0;
    goOn.resolve();
    const refused: string[] = [];
    const failures: string[] = [];
    for (const { name, ending: promise } of begun) {
      const ending = await promise;
      const isBusy = ending.kind === "refused" && /busy/.test(ending.text);
      const trouble = await wrongWith(directory, name, content, ending);
      if (trouble !== undefined) (isBusy ? refused : failures).push(trouble);
    }
    const stored = SESSIONS - refused.length - failures.length;
    see(
      `${held} uploads held, ${mebibytes(peak)} at the peak; then ${stored} ` +
        `stored, ${refused.length} refused`,
    );
    return tried(
      ...failures.slice(0, 10),
      peak > MAX_PEAK_BYTES && `peak of memory ${mebibytes(peak)}`,
    );
  }),
};
