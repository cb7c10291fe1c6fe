/**
 * `wotftp put` against other servers: those of the folder that `WOTFTP_PEERS`
 * names, or of the system. One that is not there is skipped with a printed
 * reason.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  findContestants,
  launch,
  stop,
} from "../../scripts/bench/contestant.ts";
import { Random } from "../random.ts";
import { skip } from "../skip.ts";
import { differenceOf } from "../stress/stored.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { send } from "./send.ts";

/** Past the 65535th block at 512 bytes. */
const WRAPPING_BYTES = 33_600_000;
const NOISE = new Random(1).bytes(WRAPPING_BYTES);

const PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 5;

/** Sizes, and what to ask for. */
const UPLOADS: ReadonlyArray<
  readonly [bytes: number, blksize: number, windowsize: number]
> = [
  [0, 1_428, 16],
  [1, 1_428, 16],
  [1_428, 1_428, 16],
  [2_856, 512, 1],
  [5_000_000, 1_428, 16],
  [WRAPPING_BYTES, 512, 8],
];

for (const name of ["tftpd-hpa", "atftpd", "pin/tftp"]) {
  Deno.test(`put() sends to ${name}`, async () => {
    const all = await findContestants(Deno.env.get("WOTFTP_PEERS") ?? ".", []);
    const contestant = all.find((it) => it.name === name);
    if (contestant === undefined) return skip(`${name} is not installed`);
    await withTempDirectory((sources) =>
      withTempDirectory(async (stored) => {
        // Peers run as somebody else perhaps.
        await Deno.chmod(stored, 0o777);
        const server = launch(contestant, stored);
        const { port, folder } = server;
        try {
          for (const [bytes, blksize, windowsize] of UPLOADS) {
            const content = NOISE.subarray(0, bytes);
            const name = `${bytes}`;
            const files = [join(sources, name)];
            await Deno.writeFile(join(sources, name), content);
            const order = { files, port, blksize, windowsize };
            const { lines } = await send({ ...order, silenceMs: 10_000 });
            assertMatch(lines.join(), /^wotftp: sent /);
            const difference = await lastingDifference(folder, name, content);
            assertEquals(difference, undefined);
          }
        } finally {
          await stop(server);
        }
      })
    );
  });
}

/** Peers send the last ACK before all is in the file: that may take a moment. */
async function lastingDifference(
  folder: string,
  name: string,
  content: Uint8Array,
): Promise<string | undefined> {
  const until = performance.now() + PATIENCE_MS;
  while (true) {
    const difference = await differenceOf(folder, name, content);
    if (difference === undefined || performance.now() > until) {
      return difference;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
