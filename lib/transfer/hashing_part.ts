/**
 * A part whose bytes are hashed as they come.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Stored } from "../storage/names.ts";
import type { Part } from "./session.ts";

/** A part that knows the SHA-256 of what was written. */
export class HashingPart implements Part {
  readonly #part: Part;
  readonly #hash = createHash("sha256");

  /** Makes one around another part. */
  constructor(part: Part) {
    this.#part = part;
  }

  write(bytes: Uint8Array): PromiseLike<void> | undefined {
    this.#hash.update(bytes);
    return this.#part.write(bytes);
  }

  commit(): PromiseLike<Stored> {
    const sha256 = this.#hash.digest("hex");
    return this.#part.commit().then((stored) => ({ ...stored, sha256 }));
  }

  discard(): PromiseLike<void> | undefined {
    return this.#part.discard();
  }
}
