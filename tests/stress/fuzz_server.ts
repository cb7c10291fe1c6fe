/**
 * Mutated datagrams to a real server, to its listening port and to the ports of
 * live transfers, from their peers and from strangers. The server must take
 * every one, answer none at length before the peer has proved itself, and still
 * store a file afterwards.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { DEFAULT_CONFIG } from "../../lib/server/config.ts";
import { Server } from "../../lib/server/server.ts";
import { startPortThread } from "../server/harness.ts";
import { Client } from "./client.ts";
import { Mailbox } from "./mailbox.ts";
import { mutated } from "./mutate.ts";
import type { Random } from "./random.ts";
import { checkReply } from "./reply_bound.ts";
import { differenceOf } from "./stored.ts";
import { Witness } from "./witness.ts";

/** Peers at once; their datagrams fit into the server's receive buffer. */
const BATCH = 32;
const MAX_DATAGRAMS_TO_TRANSFER = 12;
const STRANGERS = 0.2;
/** An answer that the server has sent is there in no time. */
const ANSWER_WITHIN_MS = 15_000;
const GOODBYE = encodePacket({ kind: "error", code: 0, message: "" });

/** What was done. */
export interface FuzzReport {
  /** Datagrams sent. */
  readonly datagrams: number;
  /** Transfers that were opened by a mutated request. */
  readonly transfers: number;
}

/**
 * Plays mutated datagrams over the loopback interface.
 *
 * @param least How many at least.
 * @param random Chance; its seed belongs into the report of a failure.
 * @throws If the server does something it should not.
 */
export async function fuzzServer(
  least: number,
  random: Random,
): Promise<FuzzReport> {
  const directory = await Deno.makeTempDir({ prefix: "wotftp-fuzz-" });
  const witness = new Witness();
  const thread = startPortThread();
  const server = await Server.start(
    { ...DEFAULT_CONFIG, directory, hostname: "127.0.0.1", port: 0 },
    witness,
    thread.channel,
  );
  try {
    const fuzz = new ServerFuzz(server.port, witness, random);
    while (fuzz.datagrams < least) await fuzz.batch();
    await using client = new Client(server.port);
    const content = random.bytes(10_000);
    const ending = await client.upload({ name: "afterwards", content });
    if (ending.kind !== "acknowledged") throw new Error("The server is unwell");
    const trouble = await differenceOf(directory, "afterwards", content);
    if (trouble !== undefined) throw new Error(trouble);
    return { datagrams: fuzz.datagrams, transfers: fuzz.transfers };
  } finally {
    await server.stop();
    thread.terminate();
    await Deno.remove(directory, { recursive: true });
  }
}

class ServerFuzz {
  datagrams = 0;
  transfers = 0;
  readonly #serverPort: number;
  readonly #witness: Witness;
  readonly #random: Random;

  constructor(serverPort: number, witness: Witness, random: Random) {
    this.#serverPort = serverPort;
    this.#witness = witness;
    this.#random = random;
  }

  /** Some peers ask, and those that are accepted go on. */
  async batch(): Promise<void> {
    const peers = Array.from({ length: BATCH }, () => new Mailbox());
    try {
      await Promise.all(peers.map((peer) => this.#ask(peer)));
    } finally {
      await Promise.all(peers.map((peer) => peer.close()));
      this.#witness.clear();
    }
    const { failures } = this.#witness;
    if (failures.length > 0) throw new Error(failures.join("\n"));
  }

  async #ask(peer: Mailbox): Promise<void> {
    const bytes = mutated(this.#random);
    const coming = this.#witness.verdict(peer.port);
    await this.#send(peer, bytes, this.#serverPort);
    const verdict = await coming;
    const mail = await peer.next(verdict === "ignored" ? 0 : ANSWER_WITHIN_MS);
    if (verdict === "ignored" && mail === undefined) return;
    if (mail === undefined || mail === "closed") {
      throw new Error(`No answer to a request that was ${verdict}`);
    }
    checkReply(mail.bytes, bytes);
    if (verdict === "accepted") await this.#transfer(peer, mail.port);
  }

  async #transfer(peer: Mailbox, port: number): Promise<void> {
    this.transfers++;
    const strangers: (() => Promise<void>)[] = [];
    for (let i = this.#random.below(MAX_DATAGRAMS_TO_TRANSFER); i > 0; i--) {
      const bytes = mutated(this.#random);
      if (this.#random.happens(STRANGERS)) {
        strangers.push(await this.#intrude(bytes, port));
        continue;
      }
      await this.#sendAndSee(peer, bytes, port);
      // The peer's own ERROR has closed the transfer.
      if (decodePacket(bytes).kind === "error") break;
    }
    for (const leave of strangers) await leave();
    // Else the port's next owner would find this transfer still open; where it
    // is closed already, this is one more datagram to nobody.
    await this.#send(peer, GOODBYE, port);
  }

  /** @returns To be called later, for the answer may take a moment. */
  async #intrude(
    bytes: Uint8Array,
    port: number,
  ): Promise<() => Promise<void>> {
    const stranger = new Mailbox();
    await stranger.next(0);
    await this.#sendAndSee(stranger, bytes, port);
    return async () => {
      const mail = await stranger.next(0);
      if (typeof mail === "object") checkReply(mail.bytes, bytes);
      await stranger.close();
    };
  }

  async #sendAndSee(
    from: Mailbox,
    bytes: Uint8Array,
    port: number,
  ): Promise<void> {
    const seen = this.#witness.datagram(from.port);
    await this.#send(from, bytes, port);
    await seen;
  }

  async #send(from: Mailbox, bytes: Uint8Array, port: number): Promise<void> {
    this.datagrams++;
    await from.send(bytes, port);
  }
}
