/**
 * Real clients and the real program, with a network between them that loses,
 * delays or doubles a single packet. What a client calls stored is stored, byte
 * for byte; and whatever happens to one packet, nearly all of them get there.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { canRun, type Ending, uploadBy } from "./interop/client.ts";
import { type Direction, Proxy } from "./interop/proxy.ts";
import { ServerProcess } from "./process.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

const CLIENTS: readonly string[] = [
  // With such a limit it repeats itself after 6 seconds, and not after 72.
  "curl -m 30 -sS -T FILE URL",
  // Knows no size beforehand.
  "curl -m 30 -sS -T - URL",
  "curl -m 30 -sS --tftp-blksize 1468 -T FILE URL",
  "tftp -m binary HOST PORT -c put FILE NAME",
  "atftp -p -l FILE -r NAME HOST PORT",
  "atftp --option blksize_128 --option windowsize_4 -p -l FILE -r NAME HOST PORT",
  "busybox tftp -p -l FILE -r NAME HOST PORT",
];

/** Most of their time they wait; but each start takes some of the machine's. */
const AT_ONCE = 60;

/** What happens to a packet: when it arrives, once for every copy. */
const MISHAPS: Readonly<Record<string, readonly number[]>> = {
  lost: [],
  late: [1_500],
  doubled: [0, 0],
};

/** A file, and how many packets of it have a mishap, one at a time. */
const FILES = [{ bytes: 5_000, packets: 6 }, { bytes: 700, packets: 3 }];

/** One upload with one mishap. */
interface Case {
  readonly commandLine: string;
  readonly bytes: number;
  readonly mishap: string;
  readonly direction: Direction;
  readonly packet: number;
}

/** How an upload ended. */
interface Outcome extends Ending {
  /**
   * Whether it was curl and got two OACKs. It reads on in its file at every one,
   * so the second costs it a block. It is told so; but behind the ACK of a block
   * that it took for its last one it does not listen any more. Nothing is stored.
   */
  readonly isMisled: boolean;
}

function casesOf(commandLine: string): Case[] {
  return FILES.flatMap(({ bytes, packets }) =>
    Object.keys(MISHAPS).flatMap((mishap) =>
      (["up", "down"] as const).flatMap((direction) =>
        Array.from({ length: packets }, (_, i) => ({
          ...{ commandLine, bytes, mishap, direction, packet: i + 1 },
        }))
      )
    )
  );
}

Deno.test("what real clients call stored is stored, whatever happens to a packet", async () => {
  const cases: Case[] = [];
  for (const commandLine of CLIENTS) {
    if (await canRun(commandLine)) cases.push(...casesOf(commandLine));
    else skip(`${commandLine.split(" ")[0]} is not installed`);
  }
  await withTempDirectory((directory) =>
    withTempDirectory(async (sources) => {
      for (const { bytes } of FILES) {
        await Deno.writeTextFile(join(sources, `${bytes}`), linesOf(bytes));
      }
      await using server = await ServerProcess.start(directory);
      const outcomes: Outcome[] = [];
      const queue = cases.entries();
      const lane = async () => {
        for (const [i, it] of queue) {
          const once = () => upload(it, `${i}`, server.port, sources);
          const first = await once();
          // On a busy machine a client may give up: it gets another chance.
          const isEnd = first.isStored || first.isMisled;
          outcomes[i] = isEnd ? first : await once();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      // busybox does not wait for its last ACK once the one before came twice.
      server.kill("SIGTERM");
      assertEquals(await server.exitCode(), 0);
      const faults = cases.map((it, i) =>
        faultOf(it, outcomes[i], join(directory, `${i}`))
      );
      assertEquals(faults.filter((it) => it !== undefined), []);
    })
  );
});

/** Has a client upload a file through a network with one mishap. */
async function upload(
  { commandLine, bytes, mishap, direction, packet }: Case,
  name: string,
  serverPort: number,
  sources: string,
): Promise<Outcome> {
  using proxy = new Proxy(
    serverPort,
    (way, number) =>
      way === direction && number === packet ? MISHAPS[mishap] ?? [] : [0],
  );
  const file = join(sources, `${bytes}`);
  const { port } = proxy;
  const ending = await uploadBy(commandLine, { file, name, port });
  const isMisled = commandLine.startsWith("curl") && proxy.oacks > 1;
  return { ...ending, isMisled };
}

/** What is wrong with the outcome of an upload, if anything is. */
function faultOf(
  { commandLine, bytes, mishap, direction, packet }: Case,
  outcome: Outcome | undefined,
  path: string,
): string | undefined {
  const stored = textOf(path);
  if (outcome === undefined) return `${commandLine} was not tried`;
  const { isMisled, isStored, said } = outcome;
  const isRight = stored === linesOf(bytes);
  if (isMisled ? isRight || stored === undefined : isRight && isStored) {
    return undefined;
  }
  return `${commandLine}: ${bytes} bytes, packet ${packet} ${direction} ` +
    `${mishap}; ${stored?.length} bytes stored; ${said}`;
}

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** Text of which no two parts are the same. */
function linesOf(bytes: number): string {
  return Array.from({ length: bytes / 4 }, (_, i) => `${1_000 + i}`).join("");
}
