/**
 * Uploads as the tests send them.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import type { Target, UploadDirectory } from "../../lib/storage/directory.ts";
import { Upload } from "../../lib/storage/upload.ts";

/** Beyond this the gathered bytes must be on their way to the disk. */
const MAX_GATHERED_BYTES = 8 * 1024 * 1024;

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

/** Bytes that tell where in the file they belong. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => (i ^ (i >> 8) ^ (i >> 16)) & 0xff,
  );
}

/** Writes bytes in blocks. */
export async function writeBlocks(
  upload: Upload,
  bytes: Uint8Array,
  blksize: number,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += blksize) {
    await upload.write(bytes.subarray(at, at + blksize));
  }
}

/** Stores a text and says under which name. */
export async function store(
  directory: UploadDirectory,
  target: Target,
  text: string,
): Promise<string> {
  const upload = new Upload(directory, target);
  await upload.write(new TextEncoder().encode(text));
  return await upload.commit();
}

/** Begins an upload, far enough that its part is on the disk. */
export async function begin(
  directory: UploadDirectory,
  target: Target,
): Promise<Upload> {
  const upload = new Upload(directory, target);
  const block = pattern(512);
  for (let sent = 0; sent < MAX_GATHERED_BYTES; sent += block.length) {
    const wait = upload.write(block);
    if (wait === undefined) continue;
    await wait;
    return upload;
  }
  throw new Error("The disk is never waited for");
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
