/**
 * Has a client's stack upload files of awkward sizes to a server, and compares.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { quote } from "../../lib/report/words.ts";
import { type Outcome, run, ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { differenceOf } from "../stress/stored.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { endingOf, HOST } from "./client.ts";
import type { Stack } from "./stack.ts";

/** What a stack did. */
export type Verdict =
  | { readonly kind: "skipped"; readonly reason: string }
  | {
    readonly kind: "tried";
    readonly version: string;
    readonly results: readonly Result[];
  };

/** What a stack did with one set of terms. */
export interface Result {
  readonly terms: string;
  /** How many files it was to upload. */
  readonly files: number;
  /** What went wrong, for each file that is not stored as it was sent. */
  readonly failures: readonly string[];
}

/** A stack that is ready, and a server for it. */
interface Stand {
  readonly stack: Stack;
  /** The stack's own folder. */
  readonly root: string;
  /** Where the server stores. */
  readonly directory: string;
  readonly server: ServerProcess;
}

const HERE = fromFileUrl(new URL("stacks", import.meta.url));
/** Downloads and compiles, U-Boot and its compiler at the most. */
const SETUP_SECONDS = 900;
/** A client that repeats a packet once may take this long; none has to. */
const PUT_SECONDS = 50;
/** Around one block, and around two bytes; a whole number of blocks comes last. */
const SIZES = [0, 1, 511, 512, 513, 100_000];
const WHOLE_BLOCKS = 8;
/** Netascii is for lines. A CR is left out: some clients never encode it. */
const LINE_BYTES = 40;
const LF = 0x0a;
const DIGITS = 0x30;

/** Sets a stack up in a folder that is removed afterwards, and tries it. */
export async function attempt(stack: Stack): Promise<Verdict> {
  return await withTempDirectory(async (root) => {
    const setup = await shell(stack.setup, { root, seconds: SETUP_SECONDS });
    if (setup.code !== 0) {
      return { kind: "skipped", reason: quote(lastLine(setup.stderr)) };
    }
    return await withTempDirectory(async (directory): Promise<Verdict> => {
      const flags = ["--netascii", "convert"];
      await using server = await ServerProcess.start(directory, flags);
      const results: Result[] = [];
      for (const terms of stack.terms) {
        const stand = { stack, root, directory, server };
        results.push(await uploadAll(stand, terms));
      }
      const version = lastLine(setup.stdout);
      return { kind: "tried", version, results };
    });
  });
}

async function uploadAll(stand: Stand, terms: string): Promise<Result> {
  const wholeBytes = WHOLE_BLOCKS * Number(numberIn(terms, "blksize"));
  const failures: string[] = [];
  const sizes = [...SIZES, wholeBytes];
  for (const size of sizes) {
    const failure = await upload(stand, terms, size);
    if (failure !== undefined) failures.push(`${size} bytes: ${failure}`);
  }
  return { terms, files: sizes.length, failures };
}

/** @returns What went wrong, if anything did. */
async function upload(
  { stack, root, directory, server }: Stand,
  terms: string,
  size: number,
): Promise<string | undefined> {
  const mode = terms.split(",")[0] ?? "";
  const content = contentOf(mode, size);
  const blksize = numberIn(terms, "blksize");
  const name = `${stack.terms.indexOf(terms)}-${size}`;
  const file = join(root, name);
  await Deno.writeFile(file, content);
  const env = {
    ...{ FILE: file, NAME: name, SIZE: `${size}`, MODE: mode },
    ...{ HOST, PORT: `${server.port}` },
    URL: `tftp://${HOST}:${server.port}/${name}`,
    // What holds without the option.
    BLKSIZE: blksize === "512" ? "" : blksize,
    WINDOWSIZE: numberIn(terms, "windowsize"),
    TSIZE: terms.includes("announced") ? `${size}` : "",
  };
  const outcome = await shell(stack.put, { root, seconds: PUT_SECONDS, env });
  const { isStored, said } = endingOf(outcome);
  if (!isStored) return `it says ${quote(said.trim())}`;
  const difference = await differenceOf(directory, name, content);
  if (difference !== undefined) return difference;
  const line = await server.line(new RegExp(`accepted "${name}"`));
  const granted = /\((.*)\)/.exec(line)?.[1]
    ?.replace(/\d+ bytes? announced/, "announced");
  // An announcement of 0 bytes counts as none.
  const asked = size === 0 ? terms.replace(", announced", "") : terms;
  return granted === asked ? undefined : `it asked for ${granted}`;
}

function contentOf(mode: string, size: number): Uint8Array<ArrayBuffer> {
  const noise = new Random(size).bytes(size);
  if (mode === "octet") return noise;
  return noise.map((byte, i) =>
    i % LINE_BYTES === LINE_BYTES - 1 ? LF : DIGITS + byte % 10
  );
}

/** The number of an option within terms; empty if it is not there. */
function numberIn(terms: string, option: string): string {
  return new RegExp(`${option} (\\d+)`).exec(terms)?.[1] ?? "";
}

/** Runs commands; after so many seconds they end with whatever they started. */
function shell(
  commands: string,
  { root, seconds, env }: {
    readonly root: string;
    readonly seconds: number;
    readonly env?: Record<string, string>;
  },
): Promise<Outcome> {
  const script = `. "$HERE/shell.sh"\n${commands}`;
  return run("timeout", [`${seconds}`, "sh", "-euc", script], {
    cwd: root,
    env: { ...env, ROOT: root, HERE },
    patienceMs: (seconds + 10) * 1_000,
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
