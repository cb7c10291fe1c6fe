/**
 * A room alone: a test gives the orders of the front, says when the disk is
 * done, and sees the news, all at the very moment.
 *
 * @module
 */

import {
  Channel,
  type News,
  type OpenOrder,
  type Order,
} from "../../lib/channel.ts";
import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import { NEGOTIATION } from "../../lib/config.ts";
import { negotiate } from "../../lib/protocol/options.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";
import { MACHINE } from "../../lib/protocol/transfer.ts";
import type { Stored } from "../../lib/storage/names.ts";
import { Room } from "../../lib/transfer/room.ts";
import type { Part } from "../../lib/transfer/session.ts";
import { ManualClock } from "../manual_clock.ts";
import { ManualSocket } from "../manual_socket.ts";
import { Later } from "../simulation/later.ts";

const HOST = "192.0.2.1";

/** A part whose disk does nothing until it is told. */
export class StagePart implements Part {
  /** The look at the disk. */
  readonly looked: Later<Part> = new Later();
  readonly committed: Later<Stored> = new Later();
  readonly discarded: Later<void> = new Later();
  /** Whether anything was written. */
  #isCreated = false;

  write(): undefined {
    this.#isCreated = true;
  }

  commit(): Later<Stored> {
    return this.committed;
  }

  discard(): Later<void> | undefined {
    return this.#isCreated ? this.discarded : undefined;
  }
}

/** A room and what surrounds it. */
export class RoomStage {
  readonly clock: ManualClock = new ManualClock();
  /** Memory that is counted. */
  bufferBytes = 0;
  /** Whether the disk is looked at without delay. */
  isQuick = true;
  /** By seat. */
  readonly parts = new Map<number, StagePart>();
  /** Those opened so far, in their order. */
  readonly sockets: ManualSocket[] = [];
  /** What opening another one throws. */
  socketError: Error | undefined;
  /** What was said to be wrong with the server. */
  readonly troubles: string[] = [];
  /** How far uploads were told to be. */
  readonly progress: number[] = [];
  readonly #front: { onmessage: ((event: MessageEvent) => void) | null };
  #told: string[] = [];

  constructor() {
    const { clock } = this;
    const carrier = {
      onmessage: null,
      postMessage: (batch: unknown) => this.#hear(batch),
    };
    this.#front = carrier;
    const config = defaultsOf(SERVE_FLAGS);
    new Room({
      channel: new Channel<News, Order>(carrier, clock),
      ...{ clock, machine: MACHINE, limits: config, showsPackets: false },
      countBuffer: (bytes) => this.bufferBytes += bytes,
      openSocket: () => {
        if (this.socketError !== undefined) throw this.socketError;
        const socket = new ManualSocket(clock);
        this.sockets.push(socket);
        return socket;
      },
      openPart: ({ seat }) => {
        const part = new StagePart();
        this.parts.set(seat, part);
        if (this.isQuick) part.looked.settle(() => part);
        return part.looked;
      },
    });
  }

  /** Gives orders. */
  order(...orders: Order[]): void {
    this.#front.onmessage?.(new MessageEvent("message", { data: orders }));
    this.clock.settle();
  }

  /** Orders that an upload of a client on this port begins. */
  open(
    seat: number,
    port: number,
    rest: Partial<Pick<OpenOrder, "evicts" | "sparesAnswered">> = {},
  ): void {
    this.order({
      ...{ kind: "open", seat, peer: { hostname: HOST, port }, at: 0 },
      to: "192.0.2.9",
      accepted: {
        ...{ kind: "accept", filename: "f", mode: "octet", asked: [] },
        terms: negotiate([], NEGOTIATION),
        reply: { kind: "ack", block: 0 },
      },
      ...{ evicts: undefined, sparesAnswered: false },
      ...rest,
    });
  }

  /** Sends a packet to a socket, counted from 0. */
  send(
    socket: number,
    port: number,
    packet: Exclude<Packet, MalformedPacket>,
  ): void {
    this.sockets[socket]?.arrive(encodePacket(packet), HOST, port);
  }

  /** Sends a block of so many bytes. */
  block(socket: number, port: number, block: number, length = 512): void {
    const payload = new Uint8Array(length);
    this.send(socket, port, { kind: "data", block, payload });
  }

  /** What was sent since this was last asked, by one socket after the other. */
  takeSent(): Packet[] {
    return this.sockets.flatMap((it) => it.takeSent());
  }

  /** What was told since this was last asked, as in "stored 2"; no progress. */
  takeNews(): string[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** Lets the disk be done. */
  finish(act: (part: StagePart) => void, seat: number): void {
    const part = this.parts.get(seat);
    if (part === undefined) throw new Error(`Nothing was opened for ${seat}`);
    act(part);
    this.clock.settle();
  }

  #hear(batch: unknown): void {
    // A carrier does not know what it carries; this one has only one user.
    for (const news of batch as News[]) {
      if (news.kind === "trouble") this.troubles.push(news.message);
      if (!("seat" in news)) continue;
      if (news.kind === "progress") {
        this.progress.push(news.bytes);
        continue;
      }
      const why = whyOf(news);
      const told = `${news.kind} ${news.seat}`;
      this.#told.push(why === undefined ? told : `${told} (${why})`);
    }
  }
}

function whyOf(news: News): string | undefined {
  if (news.kind === "failed") {
    return news.why.kind === "server" ? news.why.message : news.why.kind;
  }
  if (news.kind !== "refused") return undefined;
  if (news.told === undefined || news.told === "no room") return news.told;
  const { code, message, reason } = news.told;
  return `${code} ${message}` + (reason === message ? "" : `: ${reason}`);
}

/** The disk has been looked at. */
export function look(part: StagePart): void {
  part.looked.settle(() => part);
}
