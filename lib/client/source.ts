/**
 * Where the bytes of an upload come from: a file, or a stream whose end nobody
 * knows.
 *
 * @module
 */

import { Problem, textOf } from "../problem.ts";
import { encodeNetascii } from "../protocol/netascii.ts";

/** Something to be read to its end. */
export interface Source extends Disposable {
  /** Bytes in all, if that is known and does not change. */
  readonly size: number | undefined;
  /** Reads some bytes, one at least; `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** The name of the standard input among files. */
export const STDIN = "-";
/** Read at once when text is encoded. */
const TEXT_BYTES = 64 * 1024;

/**
 * Opens a file.
 *
 * @param path The file; `-` is the standard input.
 * @throws {Problem} If that cannot be.
 */
export async function openSource(path: string): Promise<Source> {
  if (path === STDIN) return streamSource(Deno.stdin);
  let file: Deno.FsFile | undefined;
  try {
    file = await Deno.open(path, { read: true });
    const { isFile, isDirectory, size } = await file.stat();
    if (isDirectory) throw new Deno.errors.IsADirectory();
    return isFile ? fileSource(path, file, size) : streamSource(file);
  } catch (error) {
    file?.close();
    throw explain(path, error);
  }
}

/** A file, as long as it was when it was opened. */
function fileSource(path: string, file: Deno.FsFile, size: number): Source {
  let left = size;
  return {
    size,
    async read(into) {
      if (left === 0) return null;
      // The server was told how much there is; what is added meanwhile comes late.
      const read = await file.read(into.subarray(0, left));
      if (read === null) {
        throw new Problem(
          `"${path}" got shorter while it was sent`,
          "send it again once nobody writes to it",
        );
      }
      left -= read;
      return read;
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** A stream: a pipe, a device, the standard input. */
function streamSource(stream: Pick<Deno.FsFile, "read" | "close">): Source {
  return {
    size: undefined,
    read: (into) => stream.read(into),
    [Symbol.dispose]: () => stream.close(),
  };
}

/** A text on its way, as netascii has it; how long it gets nobody knows. */
export function textSource(text: Source): Source {
  const buffer = new Uint8Array(TEXT_BYTES);
  /** Encoded, but not read yet. */
  let encoded = new Uint8Array(0);
  return {
    size: undefined,
    async read(into) {
      if (encoded.length === 0) {
        const read = await text.read(buffer);
        if (read === null) return null;
        encoded = encodeNetascii(buffer.subarray(0, read));
      }
      const some = encoded.subarray(0, into.length);
      into.set(some);
      encoded = encoded.subarray(some.length);
      return some.length;
    },
    [Symbol.dispose]: () => text[Symbol.dispose](),
  };
}

function explain(path: string, error: unknown): Problem {
  const { IsADirectory, NotCapable, NotFound } = Deno.errors;
  const [reason, hint] = error instanceof NotFound
    ? ["no such file", "check its name"]
    : error instanceof IsADirectory
    ? ["it is a directory", "name the files in it"]
    : error instanceof NotCapable
    ? [
      "this program may not read there",
      "it was compiled or started with narrower rights; give it the file as -",
    ]
    : [textOf(error), "check its rights"];
  return new Problem(`cannot read "${path}": ${reason}`, hint, {
    cause: error,
  });
}
