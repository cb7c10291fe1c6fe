/**
 * Where the bytes of an upload come from: a file, or a stream whose end nobody
 * knows.
 *
 * @module
 */

import { Problem } from "../problem.ts";
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
  if (path === STDIN) return new StreamSource(Deno.stdin);
  let file: Deno.FsFile | undefined;
  try {
    file = await Deno.open(path, { read: true });
    const { isFile, isDirectory, size } = await file.stat();
    if (isDirectory) throw new Deno.errors.IsADirectory();
    return isFile ? new FileSource(path, file, size) : new StreamSource(file);
  } catch (error) {
    file?.close();
    throw explain(path, error);
  }
}

/** A file, as long as it was when it was opened. */
class FileSource implements Source {
  readonly size: number;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #left: number;

  constructor(path: string, file: Deno.FsFile, size: number) {
    this.#path = path;
    this.#file = file;
    this.size = size;
    this.#left = size;
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#left === 0) return null;
    // The server was told how much there is; what is added meanwhile comes late.
    const read = await this.#file.read(into.subarray(0, this.#left));
    if (read === null) {
      throw new Problem(
        `"${this.#path}" got shorter while it was sent`,
        "send it again once nobody writes to it",
      );
    }
    this.#left -= read;
    return read;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** A stream: a pipe, a device, the standard input. */
class StreamSource implements Source {
  readonly size: undefined;
  readonly #stream: Pick<Deno.FsFile, "read" | "close">;

  constructor(stream: Pick<Deno.FsFile, "read" | "close">) {
    this.#stream = stream;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#stream.read(into);
  }

  [Symbol.dispose](): void {
    this.#stream.close();
  }
}

/** A text on its way, as netascii has it. */
export class TextSource implements Source {
  /** On the wire it is another one. */
  readonly size: undefined;
  readonly #text: Source;
  readonly #buffer = new Uint8Array(TEXT_BYTES);
  /** Encoded, but not read yet. */
  #encoded = new Uint8Array(0);

  /** Encodes a source. */
  constructor(text: Source) {
    this.#text = text;
  }

  /** Reads encoded bytes. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#encoded.length === 0) {
      const read = await this.#text.read(this.#buffer);
      if (read === null) return null;
      this.#encoded = encodeNetascii(this.#buffer.subarray(0, read));
    }
    const some = this.#encoded.subarray(0, into.length);
    into.set(some);
    this.#encoded = this.#encoded.subarray(some.length);
    return some.length;
  }

  /** Closes what is encoded. */
  [Symbol.dispose](): void {
    this.#text[Symbol.dispose]();
  }
}

function explain(path: string, error: unknown): Problem {
  const cannot = `cannot read "${path}"`;
  const options = { cause: error };
  if (error instanceof Deno.errors.NotFound) {
    return new Problem(`${cannot}: no such file`, "check its name", options);
  }
  if (error instanceof Deno.errors.IsADirectory) {
    const hint = "name the files in it";
    return new Problem(`${cannot}: it is a directory`, hint, options);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new Problem(
      `${cannot}: this program may not read there`,
      "it was compiled or started with narrower rights; give it the file as -",
      options,
    );
  }
  const message = error instanceof Error ? error.message : `${error}`;
  return new Problem(`${cannot}: ${message}`, "check its rights", options);
}
