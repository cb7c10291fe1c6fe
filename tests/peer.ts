/**
 * A TFTP peer under the control of a test: it sends what it is told and shows
 * what it gets.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../lib/protocol/codec.ts";
import type { MalformedPacket, Packet } from "../lib/protocol/packet.ts";

/** A packet and the port it came from. */
export interface Received {
  readonly packet: Packet;
  readonly port: number;
}

/** No answer within this is none: a test fails instead of hanging. */
const PATIENCE_MS = 15_000;
const HOST = "127.0.0.1";

export class Peer implements Disposable {
  readonly #socket: Deno.DatagramConn;
  readonly #serverPort: number;
  readonly #serverHost: string;
  /** Where the server answers this peer's upload from. */
  transferPort = 0;
  /** The address that the latest packet came from. */
  answeredBy = "";
  #answeredFrom = 0;

  constructor(
    serverPort: number,
    hostname = HOST,
    serverHost = hostname.includes(":") ? hostname : HOST,
  ) {
    this.#serverPort = serverPort;
    this.#serverHost = serverHost;
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  }

  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  async sendBytes(bytes: Uint8Array, port: number): Promise<void> {
    const to = { transport: "udp", hostname: this.#serverHost, port } as const;
    await this.#socket.send(bytes, to);
  }

  /** Sends to the listening port. */
  async ask(packet: Exclude<Packet, MalformedPacket>): Promise<void> {
    await this.sendBytes(encodePacket(packet), this.#serverPort);
  }

  /** Sends to the port the upload is answered from. */
  async send(packet: Exclude<Packet, MalformedPacket>): Promise<void> {
    await this.sendBytes(encodePacket(packet), this.transferPort);
  }

  /** The next packet to arrive. */
  async next(): Promise<Received> {
    const bytes = await this.nextBytes();
    return { packet: decodePacket(bytes), port: this.#answeredFrom };
  }

  /** The next datagram to arrive. */
  async nextBytes(): Promise<Uint8Array> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`No answer within ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    try {
      const [bytes, from] = await Promise.race([
        this.#socket.receive(),
        promise,
      ]);
      const { hostname, port } = from as Deno.NetAddr;
      this.answeredBy = hostname;
      this.#answeredFrom = port;
      return bytes;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks to write and takes in the answer. */
  async begin(
    filename: string,
    options: Readonly<Record<string, string>> = {},
    mode = "octet",
  ): Promise<Packet> {
    await this.ask(writeRequest(filename, options, mode));
    const { packet, port } = await this.next();
    this.transferPort = port;
    return packet;
  }

  /**
   * Sends a block and takes in the answer; not the one before, should the server
   * have repeated it meanwhile.
   */
  async block(block: number, payload: Uint8Array): Promise<Packet> {
    await this.send({ kind: "data", block, payload });
    while (true) {
      const { packet } = await this.next();
      if (packet.kind !== "ack" || packet.block !== block - 1) return packet;
    }
  }

  /** Uploads a file in lock-step; the answer to the last block. */
  async upload(filename: string, content: Uint8Array): Promise<Packet> {
    const first = await this.begin(filename);
    if (first.kind !== "ack") return first;
    for (let block = 1;; block++) {
      const payload = content.subarray((block - 1) * 512, block * 512);
      const answer = await this.block(block, payload);
      if (payload.length < 512 || answer.kind !== "ack") return answer;
    }
  }

  /**
   * Shows that nothing else is under way: the answer to a read request, which
   * is certain to come, must be the next thing to arrive.
   */
  async expectSilence(): Promise<void> {
    await this.ask({ kind: "rrq", filename: "x", mode: "octet", options: [] });
    const { packet } = await this.next();
    if (packet.kind !== "error" || packet.code !== 2) {
      throw new Error(`Expected silence, got ${JSON.stringify(packet)}`);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

export function writeRequest(
  filename: string,
  options: Readonly<Record<string, string>> = {},
  mode = "octet",
): Exclude<Packet, MalformedPacket> {
  return {
    kind: "wrq",
    filename,
    mode,
    options: Object.entries(options).map(([name, value]) => ({ name, value })),
  };
}

/** Bytes that differ from block to block. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7) & 0xff);
}
