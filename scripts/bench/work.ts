/**
 * The work that servers are compared by, and who does it.
 *
 * @module
 */

/** Uploads of one kind. */
export interface Work {
  /** A short name. */
  readonly name: string;
  /** What it is, for the table. */
  readonly what: string;
  /** Uploads in all. */
  readonly uploads: number;
  /** Uploads at once. */
  readonly atOnce: number;
  /** Size of each, bytes. */
  readonly bytes: number;
  /** Block size, bytes. */
  readonly blksize: number;
  /** Blocks between two ACKs. */
  readonly windowsize: number;
  /** Packets lost either way, percent. */
  readonly loss: number;
}

const ONE = { uploads: 1, atOnce: 1, loss: 0, windowsize: 1, blksize: 512 };

/** From one client in lock-step to thousands at once. */
export const WORKS: readonly Work[] = [
  { ...ONE, name: "W1", what: "2 MB, 512 B, lock-step", bytes: 2_000_000 },
  {
    ...ONE,
    name: "W2",
    what: "20 MB, 1468 B, lock-step",
    bytes: 20_000_000,
    blksize: 1468,
  },
  {
    ...ONE,
    name: "W3",
    what: "100 MB, 1468 B, window 16",
    bytes: 100_000_000,
    blksize: 1468,
    windowsize: 16,
  },
  {
    ...ONE,
    name: "W4",
    what: "100 MB, 8192 B, window 8",
    bytes: 100_000_000,
    blksize: 8192,
    windowsize: 8,
  },
  {
    ...ONE,
    name: "W5",
    what: "400 of 100 kB, 50 at once",
    bytes: 100_000,
    uploads: 400,
    atOnce: 50,
  },
  {
    ...ONE,
    name: "W6",
    what: "2000 of 20 kB, 500 at once",
    bytes: 20_000,
    uploads: 2_000,
    atOnce: 500,
  },
  {
    ...ONE,
    name: "W7",
    what: "as W3, 1 % lost either way",
    bytes: 100_000_000,
    blksize: 1468,
    windowsize: 16,
    loss: 1,
  },
  {
    ...ONE,
    name: "W8",
    what: "5000 of 20 kB, all at once",
    bytes: 20_000,
    uploads: 5_000,
    atOnce: 5_000,
  },
];

/** How a work went. */
export interface Result {
  /** Stored bytes a second, in millions. */
  readonly megabytesPerSecond: number;
  /** Uploads that failed. */
  readonly failed: number;
  /** Packets the clients had to repeat. */
  readonly repeats: number;
  /** 99 of 100 uploads took at most this long, milliseconds. */
  readonly p99Ms: number;
  /** How long it took in all, seconds. */
  readonly seconds: number;
  /** Whether it was cut short after {@linkcode PATIENCE_SECONDS}. */
  readonly isGivenUp: boolean;
}

/** Where a work goes. */
export interface Target {
  /** The server's port on the loopback interface. */
  readonly port: number;
  /** What the files' names begin with; new ones, lest some be truncated. */
  readonly prefix: string;
}

/** No work takes a server longer than this, in all its runs. */
export const PATIENCE_SECONDS = 120;

/** How `timeout` says that the time was up, and that there is no such command. */
const TIME_IS_UP = 124;
const NO_SUCH_COMMAND = 127;

/**
 * Has a work done by the load generator `tput`.
 *
 * @param work The work.
 * @param target Where it goes, and the load generator's path.
 */
export async function drive(
  work: Work,
  { tput, port, prefix }: Target & { readonly tput: string },
): Promise<Result> {
  const { text, code, seconds } = await runPatiently(tput, [
    ...["-h", "127.0.0.1", "-p", `${port}`, "-P", prefix],
    ...["-n", `${work.uploads}`, "-c", `${work.atOnce}`],
    ...["-s", `${work.bytes}`, "-b", `${work.blksize}`],
    ...["-w", `${work.windowsize}`, "-l", `${work.loss}`],
  ]);
  const valueOf = (name: string) =>
    Number(new RegExp(`\\b${name}=([0-9.]+)`).exec(text)?.[1] ?? NaN);
  const failed = valueOf("fail");
  return {
    megabytesPerSecond: valueOf("MBps") || 0,
    failed: Number.isNaN(failed) ? work.uploads : failed,
    repeats: valueOf("retx"),
    p99Ms: valueOf("p99_ms"),
    seconds,
    isGivenUp: code === TIME_IS_UP,
  };
}

/**
 * Has a work done by a real client, where there is no load generator.
 *
 * @param work The work; only that of a single client without losses.
 * @param target Where it goes.
 * @returns `undefined` if no real client can do it.
 */
export async function driveByHand(
  work: Work,
  { port, prefix }: Target,
): Promise<Result | undefined> {
  if (work.uploads > 1 || work.loss > 0) return undefined;
  const file = await Deno.makeTempFile();
  await Deno.truncate(file, work.bytes);
  const url = `tftp://127.0.0.1:${port}/${prefix}`;
  const [command, args] = work.windowsize === 1
    ? ["curl", ["-sS", "--tftp-blksize", `${work.blksize}`, "-T", file, url]]
    : ["atftp", [
      ...["--option", `blksize ${work.blksize}`],
      ...["--option", `windowsize ${work.windowsize}`],
      ...["-p", "-l", file, "-r", prefix, "127.0.0.1", `${port}`],
    ]];
  try {
    const { code, seconds } = await runPatiently(command, args);
    if (code === NO_SUCH_COMMAND) return undefined;
    return {
      megabytesPerSecond: code === 0 ? work.bytes / seconds / 1_000_000 : 0,
      failed: code === 0 ? 0 : 1,
      repeats: NaN,
      p99Ms: seconds * 1_000,
      seconds,
      isGivenUp: code === TIME_IS_UP,
    };
  } finally {
    await Deno.remove(file);
  }
}

async function runPatiently(
  command: string,
  args: readonly string[],
): Promise<{ text: string; code: number; seconds: number }> {
  const since = performance.now();
  const { stdout, code } = await new Deno.Command("timeout", {
    args: [`${PATIENCE_SECONDS}`, command, ...args],
    stderr: "null",
  }).output();
  const seconds = (performance.now() - since) / 1_000;
  return { text: new TextDecoder().decode(stdout), code, seconds };
}
