/**
 * Upload directories that last as long as a test, and uploads into them.
 *
 * @module
 */

import { assert, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { Target } from "../../lib/policy/naming.ts";
import { Shared } from "../../lib/shared.ts";
import { UploadDirectory } from "../../lib/storage/directory.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { Run } from "../../lib/storage/run.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { onUnix } from "./files.ts";

/** Beyond this the gathered bytes must be on their way to the disk. */
const MAX_GATHERED_BYTES = 8 * 1024 * 1024;

/** More than all buffers of a test take up. */
export const AMPLE_BYTES: number = 64 * 1024 * 1024;

/** What a test uses. */
export interface Place {
  readonly path: string;
  readonly directory: UploadDirectory;
  readonly run: Run;
  readonly shared: Shared;
}

/** What a directory may be opened with. */
interface Options {
  readonly isSynced?: boolean;
  readonly maxBufferBytes?: number;
}

/** Runs with an upload directory that is closed and removed afterwards. */
export function withDirectory(
  use: (place: Place) => Promise<void>,
): Promise<void> {
  return withTempDirectory((path) => useDirectory(path, use));
}

/** The same where permission bits, links and open files are those of Unix. */
export function withUnixDirectory(
  use: (place: Place) => Promise<void>,
): Promise<void> {
  return onUnix(() => withDirectory(use));
}

/** Runs with an upload directory on a path, closed afterwards. */
export async function useDirectory(
  path: string,
  use: (place: Place) => Promise<void>,
  { isSynced = true, maxBufferBytes = AMPLE_BYTES }: Options = {},
): Promise<void> {
  const run = await Run.begin(path);
  const shared = new Shared();
  shared.freeBytes = undefined;
  const { id, identity } = run;
  const plan = {
    ...{ path, identity, run: id, thread: 0, isSynced, maxBufferBytes },
  };
  try {
    const directory = await UploadDirectory.open(plan, shared);
    await use({ path, directory, run, shared })
      .finally(() => directory.close());
  } finally {
    await run.end();
  }
}

/** Stored under one name, whatever is there. */
export function replace(name: string): Target {
  return { kind: "replace", name };
}

/** Stored under the first of `name-0`, `name-1` and so on that is free. */
export function keep(name: string, limit = 1_000): Target {
  return {
    kind: "first-free",
    name: (attempt) => attempt < limit ? `${name}-${attempt}` : undefined,
  };
}

/** Writes bytes in blocks. */
export async function writeBlocks(
  part: PartFile,
  bytes: Uint8Array,
  blksize: number,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += blksize) {
    await part.write(bytes.subarray(at, at + blksize));
  }
}

/** Stores a text and says under which name. */
export async function store(
  directory: UploadDirectory,
  target: Target,
  text: string,
): Promise<string> {
  const part = new PartFile(directory, target);
  await part.write(new TextEncoder().encode(text));
  return (await part.commit()).name;
}

/** Begins an upload, far enough that its part is on the disk. */
export async function begin(
  directory: UploadDirectory,
  target: Target,
): Promise<PartFile> {
  const part = new PartFile(directory, target);
  const block = new Uint8Array(512);
  for (let sent = 0; sent < MAX_GATHERED_BYTES; sent += block.length) {
    const wait = part.write(block);
    if (wait === undefined) continue;
    await wait;
    return part;
  }
  throw new Error("The disk is never waited for");
}

/** What kind of trouble something ends in. */
export async function faultOf(doing: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(doing, StorageError)).fault;
}

/** What kind of trouble saving a part ends in; nothing is left of it. */
export async function faultOfCommit(part: PartFile): Promise<string> {
  const fault = await faultOf(() => part.commit());
  await part.discard();
  return fault;
}

/** Asserts that a file holds these bytes. */
export async function assertFile(
  path: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const found = await Deno.readFile(join(path, name));
  assert(
    found.length === bytes.length && found.every((it, i) => it === bytes[i]),
    `"${name}" has ${found.length} bytes, or others than the ${bytes.length} sent`,
  );
}
