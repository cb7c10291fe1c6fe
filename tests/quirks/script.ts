/**
 * Scripts of packets: what a client sends, what it gets, and what is stored in
 * the end, played to a real server. No time passes by itself. Steps stand in
 * lines of their own or between semicolons, and an answer right behind what is
 * answered; `>` and `<` are what a client sends and gets, behind the number of
 * the client if it is not the only one:
 *
 *     > wrq NAME MODE [OPTION=VALUE ...] [+NULS]   to the listening port
 *     > rrq NAME MODE
 *     > knock BYTES                                to the listening port
 *     > data BLOCK SIZE | > data BLOCK BYTES       to the port of the upload
 *     > ack BLOCK | > oack [OPTION=VALUE ...] | > error CODE TEXT | > send BYTES
 *     < ack BLOCK | < oack OPTION=VALUE ... | < error CODE [TEXT]
 *     wait MS              that much time passes
 *     silence              all is dealt with, and nothing was answered
 *     told EVENT           the operator has been told
 *     stored NAME BLOCK:SIZE ... | stored NAME BYTES
 *     files [NAME ...]     the server ends, and these are there and no others
 *
 * `BYTES` are as in `tests/protocol/vectors.ts`; of a block that only has a size
 * each byte is its number.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import type {
  MalformedPacket,
  Option,
  Packet,
} from "../../lib/protocol/packet.ts";
import type { Event } from "../../lib/report/event.ts";
import { type Harness, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { bytesOf } from "../protocol/vectors.ts";

/** What {@linkcode Player.settle} uploads is no business of the script's. */
const SETTLED = "settled-";

/**
 * Adds a test for each of several odd clients.
 *
 * @param quirks The scripts, by what the server does; who does such a thing.
 * @param config What the server is told to do otherwise.
 */
export function testQuirks(
  quirks: Readonly<Record<string, string>>,
  config: Partial<ServerConfig> = {},
): void {
  for (const [what, script] of Object.entries(quirks)) {
    Deno.test(`the server ${what}`, () =>
      withServer(config, async (harness) => {
        using player = new Player(harness);
        const steps = script.trim().split(/\s*[;\n]\s*| (?=\d?< )/);
        for (const step of steps) await player.play(step);
      }, { isTimeStill: true }));
  }
}

class Player implements Disposable {
  readonly #harness: Harness;
  readonly #peers = new Map<string, Peer>();
  #settled = 0;

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  async play(step: string): Promise<void> {
    const { server } = this.#harness;
    const [, client = "", verb = "", rest = ""] =
      /^(\d?)(\S+) ?(.*)$/.exec(step) ?? [];
    const words = rest.split(" ").filter((word) => word !== "");
    switch (verb) {
      case ">":
        return await this.#send(this.#peer(client), rest);
      case "<":
        return await this.#get(this.#peer(client), rest, step);
      case "wait":
        return server.pass(Number(rest));
      case "silence":
        await this.#settle();
        for (const peer of this.#peers.values()) await peer.expectSilence();
        return;
      case "told":
        await this.#harness.event(rest as Event["kind"]);
        return;
      case "stored":
        return this.#check(words, step);
      case "files": {
        await server.stop();
        const names = this.#harness.names()
          .filter((name) => !name.startsWith(SETTLED));
        return assertEquals(names, words, step);
      }
      default:
        throw new Error(`No such step: ${step}`);
    }
  }

  [Symbol.dispose](): void {
    for (const peer of this.#peers.values()) peer[Symbol.dispose]();
  }

  #peer(client: string): Peer {
    const known = this.#peers.get(client);
    if (known !== undefined) return known;
    const peer = new Peer(this.#harness.server.port);
    // One that has asked for nothing meddles with the upload of the first.
    const [first] = this.#peers.values();
    peer.transferPort = first?.transferPort ?? 0;
    this.#peers.set(client, peer);
    return peer;
  }

  async #send(peer: Peer, text: string): Promise<void> {
    const { port } = this.#harness.server;
    const [kind = "", first = "", ...rest] = text.split(" ");
    if (kind === "knock") {
      return await peer.sendBytes(bytesOf(text.slice(5)), port);
    }
    const bytes = kind === "send"
      ? bytesOf(text.slice(kind.length))
      : encodePacket(packetOf(kind, first, rest));
    if (kind !== "wrq" && kind !== "rrq") {
      return await peer.sendBytes(bytes, peer.transferPort);
    }
    const nuls = Number(/ \+(\d+)$/.exec(text)?.[1] ?? 0);
    const padded = new Uint8Array(bytes.length + nuls);
    padded.set(bytes);
    await peer.sendBytes(padded, port);
  }

  async #get(peer: Peer, wanted: string, step: string): Promise<void> {
    const { packet, port } = await peer.next();
    const text = textOf(packet);
    const isError = packet.kind === "error" && text.startsWith(`${wanted} `);
    if (!isError) assertEquals(text, wanted, step);
    if (packet.kind !== "error") peer.transferPort = port;
  }

  /**
   * Lets the server look into all that came so far: the many steps of an upload
   * come behind those of anything else.
   */
  async #settle(): Promise<void> {
    using other = new Peer(this.#harness.server.port);
    const name = `${SETTLED}${this.#settled++}`;
    assertEquals((await other.upload(name, pattern(600))).kind, "ack");
  }

  #check([name = "", ...content]: readonly string[], step: string): void {
    const blocks = content.map((it) => /^(\d+):(\d+)$/.exec(it));
    const expected = blocks.some((it) => it === null)
      ? bytesOf(content.join(" "))
      : blocks.flatMap((it) =>
        Array<number>(Number(it?.[2])).fill(Number(it?.[1]) & 0xff)
      );
    assertEquals([...this.#harness.read(name)], [...expected], step);
  }
}

/** Reads what is behind the sign for a packet that is sent. */
function packetOf(
  kind: string,
  first: string,
  rest: readonly string[],
): Exclude<Packet, MalformedPacket> {
  const [second = ""] = rest;
  const number = Number(first);
  switch (kind) {
    case "wrq":
    case "rrq":
      return { kind, filename: first, mode: second, options: optionsOf(rest) };
    case "data": {
      const isSize = rest.length === 1 && /^\d+$/.test(second);
      const payload = isSize
        ? new Uint8Array(Number(second)).fill(number & 0xff)
        : bytesOf(rest.join(" "));
      return { kind, block: number, payload };
    }
    case "ack":
      return { kind, block: number };
    case "oack":
      return { kind, options: optionsOf([first, ...rest]) };
    case "error":
      return { kind, code: number, message: rest.join(" ") };
    default:
      throw new Error(`No such packet: ${kind}`);
  }
}

function optionsOf(words: readonly string[]): Option[] {
  return words.flatMap((word) => {
    const [, name, value = ""] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    return name === undefined ? [] : [{ name, value }];
  });
}

function textOf(packet: Packet): string {
  switch (packet.kind) {
    case "ack":
      return `ack ${packet.block}`;
    case "oack":
      return `oack ${
        packet.options.map(({ name, value }) => `${name}=${value}`).join(" ")
      }`;
    case "error":
      return `error ${packet.code} ${packet.message}`;
    default:
      return packet.kind;
  }
}
