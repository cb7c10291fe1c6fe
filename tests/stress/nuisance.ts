/**
 * A client that uploads one file after the other and makes every mistake a
 * client can make on the way. It remembers which content each of its names must
 * have: the one of the last upload that was acknowledged.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { Peer, writeRequest } from "../peer.ts";
import type { Random } from "../random.ts";
import { Client, type Ending, type Wish } from "./client.ts";
import { differenceOf } from "./stored.ts";

/** What may go wrong with an upload. */
const FAULTS = [
  ...["none", "none", "abandoned", "cancelled", "junk", "stranger"] as const,
  ...["repeated request", "no data", "refused"] as const,
] as const;
type Fault = typeof FAULTS[number];

/** A client keeps to a few names, so that most uploads replace a file. */
const NAMES = 4;
/** Empty, small and large files. */
const MAX_BYTES = [0, 2_000, 100_000] as const;
/** More would need a window to be fast. */
const MAX_BLOCKS = 400;
const MAX_JUNK_BYTES = 600;
/** ERRORs are rationed (`lib/policy/rate.ts`): most refusals make no sound. */
const REFUSAL_WITHIN_MS = 250;

/** Where a client uploads to, and what the names of its files begin with. */
interface Home {
  readonly port: number;
  readonly directory: string;
  readonly prefix: string;
}

/** A client that is a nuisance, and its files. */
export class Nuisance {
  /** Uploads that were acknowledged. */
  acknowledged = 0;
  /** What is wrong with the server. */
  readonly failures: string[] = [];
  readonly #home: Home;
  readonly #random: Random;
  readonly #saved = new Map<string, Uint8Array>();

  constructor(home: Home, random: Random) {
    this.#home = home;
    this.#random = random;
  }

  /** Uploads one file after the other, as long as it may. */
  async run(mayGoOn: () => boolean): Promise<void> {
    while (mayGoOn() && this.failures.length === 0) {
      await using client = new Client(this.#home.port);
      // A client that keeps its port ends the dally of the upload before. After
      // an upload it broke off it takes another: else a late answer to that one
      // would look like the answer to the next.
      for (let i = this.#random.int(1, 3); i > 0; i--) {
        const kind = await this.#uploadOne(client);
        if (kind === "abandoned" || kind === "unanswered") break;
      }
    }
  }

  /** Whether every name has the content of its last saved upload. */
  async check(): Promise<void> {
    for (const [name, content] of this.#saved) {
      await this.#compare(name, content);
    }
  }

  async #compare(name: string, content: Uint8Array): Promise<void> {
    const trouble = await differenceOf(this.#home.directory, name, content);
    if (trouble !== undefined) this.failures.push(trouble);
  }

  async #uploadOne(client: Client): Promise<Ending["kind"]> {
    const random = this.#random;
    const fault = random.pick(FAULTS);
    const isRefused = fault === "refused";
    const name = isRefused
      ? "../escaped"
      : `${this.#home.prefix}-${random.int(1, NAMES)}`;
    const content = random.bytes(random.int(0, random.pick(MAX_BYTES)));
    const options = this.#options(content.length);
    // Any moment from the answered request to the last block but one.
    const at = fault === "no data" ? 0 : random.int(0, content.length);
    let isDone = false;
    const ending = await client.upload({
      ...{ name, content, options },
      onAck: (acked) => {
        if (isDone || acked < at) return;
        isDone = true;
        return this.#commit(fault, client, writeRequest(name, options));
      },
      ...(isRefused ? { patienceMs: REFUSAL_WITHIN_MS } : {}),
    });
    const { kind } = ending;
    const isExpected = kind === "unanswered"
      ? isRefused
      : kind !== "refused" || isRefused || fault === "junk";
    if (!isExpected) {
      const what = JSON.stringify(ending);
      this.failures.push(`${name} (${fault}) on port ${client.port}: ${what}`);
    }
    if (kind === "acknowledged") {
      this.acknowledged++;
      this.#saved.set(name, content);
      await this.#compare(name, content);
    }
    return kind;
  }

  async #commit(
    fault: Fault,
    client: Client,
    request: ReturnType<typeof writeRequest>,
  ): Promise<Wish> {
    switch (fault) {
      case "abandoned":
      case "no data":
        return "abandon";
      case "cancelled":
        return "cancel";
      case "junk":
        for (let i = this.#random.int(1, 5); i > 0; i--) {
          await client.sendBytes(this.#junk(), client.transferPort);
        }
        return;
      case "stranger": {
        using stranger = new Peer(this.#home.port);
        await stranger.sendBytes(this.#junk(), client.transferPort);
        return;
      }
      case "repeated request":
        await client.sendBytes(encodePacket(request));
        return;
      case "none":
      case "refused":
    }
  }

  #options(length: number): Readonly<Record<string, string>> {
    const random = this.#random;
    if (random.chance(0.3) && length < MAX_BLOCKS * 512) return {};
    const least = Math.max(8, Math.ceil(length / MAX_BLOCKS));
    return {
      blksize: `${random.pick([least, 512, 1_428, 8_192, 65_464])}`,
      ...(random.chance(0.5) ? { windowsize: `${random.int(1, 64)}` } : {}),
      ...(random.chance(0.5) ? { tsize: `${length}` } : {}),
      ...(random.chance(0.2) ? { timeout: "1" } : {}),
    };
  }

  /** Nothing that ends the upload, neither an ERROR nor DATA. */
  #junk(): Uint8Array {
    const bytes = this.#random.bytes(this.#random.int(0, MAX_JUNK_BYTES - 1));
    const opcode = this.#random.pick([0, 1, 2, 4, 6, 7, 0xff]);
    bytes.set([0, opcode].slice(0, bytes.length));
    return bytes;
  }
}
