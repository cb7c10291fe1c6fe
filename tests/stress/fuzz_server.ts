/**
 * Mutated datagrams to a real server, to its listening port and to the ports of
 * live transfers, from their peers and from strangers. The server must take
 * every one, answer none at length before the peer has proved itself, and still
 * store a file afterwards.
 *
 * @module
 */

import { NEGOTIATION } from "../../lib/config.ts";
import { refuseName } from "../../lib/policy/filename.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { classify } from "../../lib/protocol/request.ts";
import { PLAIN_RULES } from "../policy/names.ts";
import { ServerProcess } from "../process.ts";
import type { Random } from "../random.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { Client } from "./client.ts";
import { mutated } from "./mutate.ts";
import { checkReply } from "./reply_bound.ts";
import { differenceOf } from "./stored.ts";

/** Peers at once; their datagrams fit into the server's receive buffer. */
const BATCH = 32;
const MAX_DATAGRAMS_TO_TRANSFER = 12;
const STRANGERS = 0.2;
/** An answer that the server has to send is there in no time. */
const ANSWER_WITHIN_MS = 15_000;
/** An answer that was sent is there already. */
const AT_ONCE_MS = 1;
/** A larger file is refused by most disks. */
const MAX_ANNOUNCED_BYTES = 1_000_000;
const GOODBYE = encodePacket({ kind: "error", code: 0, message: "" });

/** What was done. */
export interface FuzzReport {
  /** Datagrams sent. */
  readonly datagrams: number;
  /** Transfers that were opened by a mutated request. */
  readonly transfers: number;
}

/**
 * Plays mutated datagrams over the loopback interface, to a server that shows
 * every one of them.
 *
 * @param least How many at least.
 * @param random Chance; its seed belongs into the report of a failure.
 * @throws If the server does something it should not.
 */
export function fuzzServer(
  least: number,
  random: Random,
): Promise<FuzzReport> {
  return withTempDirectory(async (directory) => {
    const flags = ["--verbose", "2"];
    await using server = await ServerProcess.start(directory, flags);
    const counts = { datagrams: 0, transfers: 0 };
    while (counts.datagrams < least) {
      const suspects = random.list(
        BATCH,
        () => new Suspect(server.port, random),
      );
      try {
        await Promise.all(suspects.map((it) => it.ask()));
        await proveWell(server.port, directory, random);
        await Promise.all(suspects.map((it) => it.check()));
      } finally {
        await Promise.all(suspects.map((it) => it[Symbol.asyncDispose]()));
      }
      for (const { datagrams, transfers } of suspects) {
        counts.datagrams += datagrams;
        counts.transfers += transfers;
      }
      server.lines.length = 0;
    }
    return counts;
  });
}

/** By then the server has looked at all that was sent before. */
async function proveWell(
  port: number,
  directory: string,
  random: Random,
): Promise<void> {
  await using client = new Client(port);
  const content = random.bytes(1_000);
  const ending = await client.upload({ name: "afterwards", content });
  if (ending.kind !== "acknowledged") throw new Error("The server is unwell");
  const trouble = await differenceOf(directory, "afterwards", content);
  if (trouble !== undefined) throw new Error(trouble);
}

/** A peer that sends nothing that is quite right. */
class Suspect implements AsyncDisposable {
  datagrams = 0;
  transfers = 0;
  readonly #random: Random;
  readonly #serverPort: number;
  readonly #client: Client;
  readonly #strangers: [client: Client, sent: Uint8Array][] = [];
  /** The longest datagram so far. */
  #longest = new Uint8Array(0);
  /** Whether its first block was sent: answers may be longer then. */
  #isProven = false;

  constructor(serverPort: number, random: Random) {
    this.#random = random;
    this.#serverPort = serverPort;
    this.#client = new Client(serverPort);
  }

  /** Asks for something, and goes on if that is granted. */
  async ask(): Promise<void> {
    const bytes = mutated(this.#random);
    await this.#send(bytes, this.#serverPort);
    if (!mustBeAccepted(bytes)) return;
    const answer = await this.#client.received(ANSWER_WITHIN_MS);
    if (answer === undefined) throw new Error("No answer to a good request");
    checkReply(answer.packet, bytes);
    if (answer.packet.kind !== "error") await this.#transfer(answer.port);
  }

  /** No answer so far may be at length. */
  async check(): Promise<void> {
    while (!this.#isProven) {
      const answer = await this.#client.received(AT_ONCE_MS);
      if (answer === undefined) break;
      checkReply(answer.packet, this.#longest);
    }
    for (const [client, sent] of this.#strangers) {
      const answer = await client.received(AT_ONCE_MS);
      if (answer !== undefined) checkReply(answer.packet, sent);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [this.#client, ...this.#strangers.map(([client]) => client)];
    for (const client of all) await client[Symbol.asyncDispose]();
  }

  async #transfer(port: number): Promise<void> {
    this.transfers++;
    for (let i = this.#random.int(0, MAX_DATAGRAMS_TO_TRANSFER); i > 0; i--) {
      const bytes = mutated(this.#random);
      if (!this.#random.chance(STRANGERS)) {
        await this.#send(bytes, port);
        // The peer's own ERROR has closed the transfer.
        if (decodePacket(bytes).kind === "error") break;
        continue;
      }
      const stranger = new Client(this.#serverPort);
      this.#strangers.push([stranger, bytes]);
      this.datagrams++;
      await stranger.sendBytes(bytes, port);
    }
    // Else the port's next owner would find this transfer still open; where it
    // is closed already, this is one more datagram to nobody.
    await this.#client.sendBytes(GOODBYE, port);
  }

  async #send(bytes: Uint8Array, port: number): Promise<void> {
    this.datagrams++;
    const packet = decodePacket(bytes);
    this.#isProven ||= packet.kind === "data" && packet.block === 1;
    // An ERROR is never answered, so an answer is one to the others.
    if (packet.kind !== "error" && bytes.length > this.#longest.length) {
      this.#longest = bytes.slice();
    }
    await this.#client.sendBytes(bytes, port);
  }
}

/** Whether there is nothing to be said against a request. */
function mustBeAccepted(bytes: Uint8Array): boolean {
  const verdict = classify(decodePacket(bytes), NEGOTIATION);
  if (verdict.kind !== "accept") return false;
  const { filename, terms: { tsize = 0 } } = verdict;
  const rules = { ...PLAIN_RULES, isWindows: Deno.build.os === "windows" };
  const peer = { hostname: "127.0.0.1", port: 0 };
  return refuseName(filename, peer, rules) === undefined &&
    tsize <= MAX_ANNOUNCED_BYTES;
}
