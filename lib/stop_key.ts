/**
 * The key that proves the right to stop a server.
 *
 * @module
 */

import { Problem, textOf } from "./problem.ts";

/** Shorter keys could be guessed. */
const MIN_KEY_BYTES = 16;
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };

/** What leads out where there is a file, but none that is fit for a key. */
const MAKE_ANOTHER = "make another file with " +
  '"head -c 32 /dev/urandom" and name it with --stop-key-file';

/**
 * Reads a key file.
 *
 * @param path The file; all its bytes are the key.
 * @param warn Called with what is not as it should be.
 * @throws {Problem} If there is no such file, or its key could be guessed.
 */
export async function readStopKey(
  path: string,
  warn: (message: string) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const [bytes, { mode }] = await Promise.all([
    Deno.readFile(path),
    Deno.stat(path),
  ]).catch((error) => {
    throw explainRead(error, path);
  });
  if (bytes.length < MIN_KEY_BYTES) {
    throw new Problem(
      `the stop key "${path}" has ${bytes.length} bytes; expected ` +
        `${MIN_KEY_BYTES} or more`,
      MAKE_ANOTHER,
    );
  }
  if (bytes.every((byte) => byte === bytes[0])) {
    throw new Problem(
      `the stop key "${path}" is one byte over and over`,
      MAKE_ANOTHER,
    );
  }
  // Windows has no such bits.
  const isOpen = mode !== null && (mode & 0o077) !== 0;
  if (isOpen && Deno.build.os !== "windows") {
    warn(`others can use the stop key "${path}"; chmod 600 keeps them out`);
  }
  return bytes;
}

function explainRead(error: unknown, path: string): Problem {
  const { NotCapable, NotFound, PermissionDenied } = Deno.errors;
  const [reason, hint] = error instanceof NotFound
    ? [
      "it does not exist",
      `make one: (umask 077; head -c 32 /dev/urandom > "${path}")`,
    ]
    : error instanceof PermissionDenied
    ? ["permission denied", "make it readable for this user"]
    : error instanceof NotCapable
    ? ["Deno may not read it", "keep it where this program may read"]
    : [textOf(error), MAKE_ANOTHER];
  return new Problem(`cannot read the stop key "${path}": ${reason}`, hint);
}

/** Makes proofs and checks them. */
export class StopKey {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /**
   * Prepares a key.
   *
   * @param bytes What {@linkcode readStopKey} read.
   */
  static async from(bytes: Uint8Array<ArrayBuffer>): Promise<StopKey> {
    const uses: KeyUsage[] = ["sign", "verify"];
    const isExtractable = false;
    return new StopKey(
      await crypto.subtle.importKey(
        "raw",
        bytes,
        ALGORITHM,
        isExtractable,
        uses,
      ),
    );
  }

  /** Puts a proof behind a message. */
  async sign(
    message: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const proof = await crypto.subtle.sign(ALGORITHM, this.#key, message);
    const bytes = new Uint8Array(message.length + proof.byteLength);
    bytes.set(message);
    bytes.set(new Uint8Array(proof), message.length);
    return bytes;
  }

  /** Whether a proof belongs to a message; takes the same time either way. */
  async verify(message: Uint8Array, proof: Uint8Array): Promise<boolean> {
    // Copies, for the buffer they are views of is soon used again.
    return await crypto.subtle.verify(
      ALGORITHM,
      this.#key,
      proof.slice(),
      message.slice(),
    );
  }
}
