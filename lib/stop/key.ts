/**
 * The key that proves the right to stop a server.
 *
 * @module
 */

import { StartError } from "../server/start_error.ts";

/** Shorter keys could be guessed. */
const MIN_KEY_BYTES = 16;
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };

/**
 * Reads a key file.
 *
 * @param path The file; all its bytes are the key.
 * @throws {StartError} If there is no such file, or it is too short.
 */
export async function readStopKey(
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const hint = `make one: head -c 32 /dev/urandom > "${path}"`;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "it does not exist"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new StartError(`cannot read the stop key "${path}": ${reason}`, hint);
  }
  if (bytes.length >= MIN_KEY_BYTES) return bytes;
  throw new StartError(
    `the stop key "${path}" has ${bytes.length} bytes; expected ` +
      `${MIN_KEY_BYTES} or more`,
    hint,
  );
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
