/**
 * A client that uploads one file after the other and makes every mistake a
 * client can make on the way. It remembers which content each of its names must
 * have: the one of the last upload that was acknowledged.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { writeRequest } from "../server/peer.ts";
import { Client, type Ending, type Sending, type Wish } from "./client.ts";
import { Mailbox } from "./mailbox.ts";
import type { Random } from "./random.ts";
import { differenceOf } from "./stored.ts";

/** What may go wrong with an upload. */
const FAULTS = [
  "none",
  "none",
  "abandoned",
  "cancelled",
  "junk",
  "stranger",
  "repeated request",
  "no data",
  "refused",
] as const;
type Fault = typeof FAULTS[number];

/** A client keeps to a few names, so that most uploads replace a file. */
const NAMES = 4;
const MAX_FILE_BYTES = 100_000;
/** More would need a window to be fast. */
const MAX_BLOCKS = 400;
const MAX_JUNK_BYTES = 600;
/** ERRORs are rationed (`lib/policy/rate.ts`): most refusals make no sound. */
const REFUSAL_WITHIN_MS = 250;

/** A client that is a nuisance, and its files. */
export class Nuisance {
  /** What was done so far. */
  readonly counts = { acknowledged: 0, abandoned: 0, refused: 0 };
  /** What is wrong with the server. */
  readonly failures: string[] = [];
  readonly #serverPort: number;
  readonly #directory: string;
  readonly #random: Random;
  readonly #prefix: string;
  readonly #saved = new Map<string, Uint8Array>();

  /** Prepares a client; `prefix` begins the names of all its files. */
  constructor(
    serverPort: number,
    directory: string,
    prefix: string,
    random: Random,
  ) {
    this.#serverPort = serverPort;
    this.#directory = directory;
    this.#prefix = prefix;
    this.#random = random;
  }

  /** Uploads one file after the other, as long as it may. */
  async run(mayGoOn: () => boolean): Promise<void> {
    while (mayGoOn() && this.failures.length === 0) {
      await using client = new Client(this.#serverPort);
      // A client that keeps its port ends the dally of the upload before. After
      // an upload it broke off it takes another: else a late answer to that one
      // would look like the answer to the next.
      for (let i = this.#random.between(1, 3); i > 0; i--) {
        const kind = await this.#uploadOne(client);
        if (kind === "abandoned" || kind === "unanswered") break;
      }
    }
  }

  /** Whether every name has the content of its last saved upload. */
  async check(): Promise<void> {
    for (const [name, content] of this.#saved) {
      const trouble = await differenceOf(this.#directory, name, content);
      if (trouble !== undefined) this.failures.push(trouble);
    }
  }

  async #uploadOne(client: Client): Promise<Ending["kind"]> {
    const fault = this.#random.pick(FAULTS);
    const name = fault === "refused"
      ? "../escaped"
      : `${this.#prefix}-${this.#random.below(NAMES)}`;
    const length = this.#random.below(this.#random.pick([1, 2_000, 100_000]));
    const content = this.#random.bytes(Math.min(length, MAX_FILE_BYTES));
    const options = this.#options(content.length);
    // Any moment from the answered request to the last block but one.
    const at = fault === "no data" ? 0 : this.#random.below(content.length + 1);
    let isDone = false;
    const onAck = async (acked: number): Promise<Wish> => {
      if (isDone || acked < at) return;
      isDone = true;
      return await this.#commit(fault, client, { name, content, options });
    };
    const patience = fault === "refused"
      ? { patienceMs: REFUSAL_WITHIN_MS }
      : {};
    const ending = await client
      .upload({ name, content, options, onAck, ...patience });
    this.#judge(fault, ending, name, client.port);
    if (ending.kind === "acknowledged") {
      this.#saved.set(name, content);
      const trouble = await differenceOf(this.#directory, name, content);
      if (trouble !== undefined) this.failures.push(trouble);
    }
    return ending.kind;
  }

  async #commit(fault: Fault, client: Client, sending: Sending): Promise<Wish> {
    const { transferPort } = client;
    switch (fault) {
      case "abandoned":
      case "no data":
        return "abandon";
      case "cancelled":
        return "cancel";
      case "junk":
        for (let i = this.#random.between(1, 5); i > 0; i--) {
          await client.sendBytes(this.#junk(), transferPort);
        }
        return;
      case "stranger": {
        const stranger = new Mailbox();
        await stranger.send(this.#junk(), transferPort);
        await stranger.close();
        return;
      }
      case "repeated request": {
        const { name, options } = sending;
        const request = encodePacket(writeRequest(name, options));
        await client.sendBytes(request, this.#serverPort);
        return;
      }
      case "none":
      case "refused":
    }
  }

  #judge(fault: Fault, ending: Ending, name: string, port: number): void {
    const { kind } = ending;
    if (kind === "unanswered" && fault === "refused") {
      this.counts.refused++;
    } else if (kind === "unanswered") {
      this.failures.push(
        `${name} (${fault}) got no answer any more on port ${port}`,
      );
    } else if (kind === "refused" && fault !== "refused" && fault !== "junk") {
      this.failures.push(
        `${name} (${fault}) was refused on port ${port}: ${ending.text}`,
      );
    } else {
      this.counts[kind]++;
    }
  }

  #options(length: number): Readonly<Record<string, string>> {
    const random = this.#random;
    if (random.happens(0.3) && length < MAX_BLOCKS * 512) return {};
    const least = Math.max(8, Math.ceil(length / MAX_BLOCKS));
    return {
      blksize: `${random.pick([least, 512, 1_428, 8_192, 65_464])}`,
      ...(random.happens(0.5)
        ? { windowsize: `${random.between(1, 64)}` }
        : {}),
      ...(random.happens(0.5) ? { tsize: `${length}` } : {}),
      ...(random.happens(0.2) ? { timeout: "1" } : {}),
    };
  }

  /** Nothing that ends the upload, neither an ERROR nor DATA. */
  #junk(): Uint8Array {
    const bytes = this.#random.bytes(this.#random.below(MAX_JUNK_BYTES));
    const opcode = this.#random.pick([0, 1, 2, 4, 6, 7, 0xff]);
    bytes.set([0, opcode].slice(0, bytes.length));
    return bytes;
  }
}
