/**
 * Text that is stored with the line ends of Unix, decoded on its way to the file.
 * The transfer itself knows nothing of it: where the file ends, how large it may
 * be and how much has come is about the bytes on the wire.
 *
 * @module
 */

import { decodeNetascii, lonelyCr } from "../protocol/netascii.ts";
import type { Stored } from "../storage/names.ts";
import type { Part } from "./session.ts";

/** A part that takes netascii and hands on plain text. */
export class NetasciiPart implements Part {
  readonly #part: Part;
  #isCrWaiting = false;

  /** Makes one before another. */
  constructor(part: Part) {
    this.#part = part;
  }

  /** Takes bytes from the wire. */
  write(bytes: Uint8Array): PromiseLike<void> | undefined {
    const { text, isCrWaiting } = decodeNetascii(bytes, this.#isCrWaiting);
    this.#isCrWaiting = isCrWaiting;
    return text.length === 0 ? undefined : this.#part.write(text);
  }

  /** Nothing follows a CR that waits. */
  commit(): PromiseLike<Stored> {
    const wait = this.#isCrWaiting ? this.#part.write(lonelyCr()) : undefined;
    this.#isCrWaiting = false;
    return wait === undefined
      ? this.#part.commit()
      : wait.then(() => this.#part.commit());
  }

  /** Removes all that was written. */
  discard(): PromiseLike<void> | undefined {
    return this.#part.discard();
  }
}
