/**
 * Real clients: they upload in lock-step, with five tries of a second, and know
 * afterwards whether their files are saved.
 *
 * @module
 */

import { Random } from "../random.ts";
import {
  Client,
  type Ending,
  type Sending,
  type Tries,
} from "../stress/client.ts";
import { differenceOf } from "../stress/stored.ts";

/** As common clients have it. */
export const TRIES: Tries = { count: 5, waitMs: 1_000 };

/** Who uploads what. */
export interface Crowd {
  /** The port of a server that listens on all of IPv4. */
  readonly port: number;
  /** Where it stores. */
  readonly directory: string;
  /** How many clients, each with one file. */
  readonly count: number;
  /** What the names of their files begin with. */
  readonly prefix: string;
  /** The size of a file. */
  readonly bytes: number;
  /** The address of a client; `127.0.0.2` and above if it is left out. */
  readonly hostname?: (index: number) => string;
  /** What a client waits for before each block. */
  readonly beforeBlock?: (moment: Moment) => Promise<void>;
  /** Options of the requests. */
  readonly options?: Readonly<Record<string, string>>;
}

/** An upload between two blocks. */
export interface Moment {
  readonly client: Client;
  /** Which one of the crowd it is. */
  readonly index: number;
  /** Bytes acknowledged so far. */
  readonly acked: number;
}

/** What became of the files of a crowd. */
export interface Tally {
  readonly stored: number;
  /** What is wrong with the others. */
  readonly failures: readonly string[];
}

/** The address of a client: all are of one network. */
export function addressOf(index: number): string {
  return `127.0.0.${2 + index % 200}`;
}

/** Uploads all files at once. */
export async function uploadAll(crowd: Crowd): Promise<Tally> {
  const troubles = await Promise.all(
    Array.from({ length: crowd.count }, (_, index) => uploadOne(crowd, index)),
  );
  const failures = troubles.filter((it) => it !== undefined);
  return { stored: crowd.count - failures.length, failures };
}

/** @returns What is wrong, if anything is. */
async function uploadOne(
  crowd: Crowd,
  index: number,
): Promise<string | undefined> {
  const { port, directory, prefix, bytes, options = {} } = crowd;
  const { hostname = addressOf, beforeBlock } = crowd;
  const name = `${prefix}-${index}`;
  const content = new Random(index).bytes(bytes);
  await using client = new Client(port, hostname(index));
  const ending = await client.upload({
    ...{ name, content, options, tries: TRIES },
    onAck: async (acked) => await beforeBlock?.({ client, index, acked }),
  });
  return await wrongWith(directory, name, content, ending);
}

/** Uploads so many bytes; the rest when it may go on. */
export async function uploadHalf(
  client: Client,
  sending: Sending,
  bytes: number,
  goOn: Promise<void>,
): Promise<{ isHalted: boolean; ending: Promise<Ending> }> {
  const halted = Promise.withResolvers<"halted">();
  const ending = client.upload({
    ...sending,
    async onAck(acked) {
      if (acked < bytes) return;
      halted.resolve("halted");
      await goOn;
    },
  });
  const first = await Promise.race([halted.promise, ending]);
  return { isHalted: first === "halted", ending };
}

/** What is wrong with an upload that should be saved. */
export async function wrongWith(
  directory: string,
  name: string,
  content: Uint8Array,
  ending: Ending,
): Promise<string | undefined> {
  return ending.kind === "acknowledged"
    ? await differenceOf(directory, name, content)
    : `${name}: ${JSON.stringify(ending)}`;
}
