/**
 * Clients in earnest, who upload while something else goes on.
 *
 * @module
 */

import { join } from "@std/path";
import { Client } from "./client.ts";
import { Random } from "./random.ts";
import { differenceOf } from "./stored.ts";

/** A client that fails this often will not do better. */
const ENOUGH_FAILURES = 5;
/** Many blocks, so that the flood falls into the middle of each upload. */
const FILE_BYTES = 200_000;

/** One upload after the other, each with content and a name of its own. */
export class Uploads implements AsyncDisposable {
  /** What is wrong with uploads that are not stored as sent. */
  readonly failures: string[] = [];
  /** Uploads that are stored as sent. */
  stored = 0;
  readonly #client: Client;
  readonly #directory: string;
  readonly #prefix: string;
  readonly #random = new Random(1);

  /** Opens a socket; `prefix` begins the names of all files. */
  constructor(port: number, directory: string, prefix: string) {
    this.#client = new Client(port);
    this.#directory = directory;
    this.#prefix = prefix;
  }

  /** The longest time between a block and its ACK, milliseconds. */
  get slowestMs(): number {
    return this.#client.slowestMs;
  }

  /** Uploads at least once. */
  async uploadUntil(isOver: () => boolean): Promise<void> {
    for (let i = 0; i === 0 || !isOver(); i++) {
      const name = `${this.#prefix}-${i}`;
      const content = this.#random.bytes(FILE_BYTES);
      const ending = await this.#client.upload({ name, content });
      const trouble = ending.kind === "acknowledged"
        ? await differenceOf(this.#directory, name, content)
        : `${name}: ${JSON.stringify(ending)}`;
      if (trouble !== undefined) {
        this.failures.push(trouble);
        if (this.failures.length === ENOUGH_FAILURES) return;
        continue;
      }
      this.stored++;
      await Deno.remove(join(this.#directory, name));
    }
  }

  /** Closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}
