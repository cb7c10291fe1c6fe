/**
 * Servers that are killed one after the other in the same directory, each at a
 * moment left to chance, while clients upload and replace files.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import type { Random } from "../random.ts";
import { namesIn, partsIn } from "../temp_directory.ts";
import { Client } from "./client.ts";
import { differenceOf } from "./stored.ts";

const CLIENTS = 4;
/** So few that most uploads replace a file. */
const NAMES_PER_CLIENT = 2;
const MAX_FILE_BYTES = 40_000;
/** Some clients have ended an upload or two by then. */
const MAX_ACKS = 150;
const MAX_TURNS = 60;

/** A directory and what must be in it. */
export class KillLane {
  /** Uploads that were acknowledged, and those a kill cut off. */
  readonly counts = { acknowledged: 0, interrupted: 0, parts: 0 };
  readonly #directory: string;
  readonly #random: Random;
  /** The content of the last upload of a name that is known to be saved. */
  readonly #saved = new Map<string, Uint8Array>();
  /** The content of an upload that may or may not be. */
  readonly #pending = new Map<string, Uint8Array>();

  constructor(directory: string, random: Random) {
    this.#directory = directory;
    this.#random = random;
  }

  /** Starts a server, which sweeps, and kills it amid uploads. */
  async round(): Promise<void> {
    await using server = await this.#start();
    const clients = Array.from(
      { length: CLIENTS },
      () => new Client(server.port),
    );
    const onAck = this.#killMoment(() => server.kill("SIGKILL"));
    const uploading = clients.map((client, i) =>
      this.#uploadOn(client, `c${i}`, onAck)
    );
    await server.exitCode();
    for (const client of clients) await client[Symbol.asyncDispose]();
    await Promise.all(uploading);
    await this.#check();
  }

  /** The last server is stopped in order, so that only whole files are left. */
  async end(): Promise<void> {
    await using server = await this.#start();
    await using client = new Client(server.port);
    const content = this.#random.bytes(MAX_FILE_BYTES);
    const { kind } = await client.upload({ name: "last", content });
    if (kind !== "acknowledged") throw new Error(`The last one is ${kind}`);
    server.kill("SIGTERM");
    const code = await server.exitCode();
    if (code !== 0) throw new Error(`The last server ended with ${code}`);
    const left = [...Deno.readDirSync(this.#directory)]
      .filter(({ name }) => name.startsWith("."));
    if (left.length > 0) throw new Error(`Left behind: ${left[0]?.name}`);
  }

  /** Waits for the sweep as well if there is something to sweep. */
  async #start(): Promise<ServerProcess> {
    const parts = partsIn(this.#directory).length;
    this.counts.parts += parts;
    const server = await ServerProcess.start(this.#directory);
    if (parts > 0) await server.line(RegExp(`removed ${parts} unfinished`));
    const left = partsIn(this.#directory);
    if (left.length > 0) throw new Error(`Not swept: ${left.join(" ")}`);
    return server;
  }

  /** After some ACK, or some turns of the event loop after the start. */
  #killMoment(kill: () => void): () => void {
    if (this.#random.chance(0.5)) {
      let left = this.#random.int(1, MAX_ACKS);
      return () => {
        left--;
        if (left === 0) kill();
      };
    }
    let left = this.#random.int(0, MAX_TURNS - 1);
    const turn = () => {
      if (left === 0) kill();
      else setTimeout(turn, 0);
      left--;
    };
    turn();
    return () => {};
  }

  /** One upload after the other, until the client is closed. */
  async #uploadOn(
    client: Client,
    prefix: string,
    onAck: () => void,
  ): Promise<void> {
    while (true) {
      const random = this.#random.fork();
      const name = `${prefix}-${random.int(0, NAMES_PER_CLIENT - 1)}`;
      const content = random.bytes(random.int(0, MAX_FILE_BYTES - 1));
      const windowsize = `${random.pick([1, 1, 4, 16])}`;
      const options = { blksize: random.pick(["512", "1428"]), windowsize };
      this.#pending.set(name, content);
      const { kind } = await client.upload({ name, content, options, onAck });
      if (kind !== "acknowledged") {
        this.counts.interrupted++;
        if (kind === "abandoned") return;
        throw new Error(`The upload of ${name} ended as ${kind}`);
      }
      onAck();
      this.counts.acknowledged++;
      this.#saved.set(name, content);
      this.#pending.delete(name);
    }
  }

  /** Every name has its old content or its new one, whole. */
  async #check(): Promise<void> {
    const names = namesIn(this.#directory)
      .filter((it) => !it.startsWith("."));
    for (const name of new Set([...names, ...this.#saved.keys()])) {
      const pending = this.#pending.get(name);
      const saved = this.#saved.get(name);
      if (pending !== undefined && await this.#has(name, pending)) {
        // Saved, and only the last ACK was lost.
        this.#saved.set(name, pending);
      } else if (saved === undefined || !await this.#has(name, saved)) {
        throw new Error(`${name} is neither the old file nor the new one`);
      }
    }
    this.#pending.clear();
  }

  async #has(name: string, content: Uint8Array): Promise<boolean> {
    return await differenceOf(this.#directory, name, content) === undefined;
  }
}
