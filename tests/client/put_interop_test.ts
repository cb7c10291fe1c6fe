/**
 * `wotftp put` against other servers: those of the folder that `WOTFTP_PEERS`
 * names, or of the system. One that is not there is skipped with a printed
 * reason.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { put } from "../../lib/client/put.ts";
import {
  findContestants,
  launch,
  type Server,
  stop,
} from "../../scripts/bench/contestant.ts";
import { Random } from "../random.ts";
import { skip } from "../skip.ts";
import { differenceOf } from "../stress/stored.ts";
import { withTempDirectory } from "../temp_directory.ts";

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
        try {
          await sendAll(server, sources);
        } finally {
          await stop(server);
        }
      })
    );
  });
}

async function sendAll({ port, folder }: Server, sources: string) {
  for (const [bytes, blksize, windowsize] of UPLOADS) {
    const content = NOISE.subarray(0, bytes);
    const name = `${bytes}`;
    await Deno.writeFile(join(sources, name), content);
    assertEquals(
      await send(port, join(sources, name), { blksize, windowsize }),
      "",
    );
    assertEquals(await lastingDifference(folder, name, content), undefined);
  }
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

/** Sends a file; what was complained about. */
async function send(
  port: number,
  file: string,
  terms: { readonly blksize: number; readonly windowsize: number },
): Promise<string> {
  const complaints: string[] = [];
  await put(
    {
      ...{ files: [file], host: "127.0.0.1", port, name: undefined },
      ...{ mode: "octet", silenceMs: 10_000, ...terms },
    },
    {
      print: () => {},
      complain: (...words) => complaints.push(...words),
      terminal: undefined,
    },
    new AbortController().signal,
  );
  return complaints.join("\n");
}
