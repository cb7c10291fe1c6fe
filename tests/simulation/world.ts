/**
 * Lets a scenario happen: the real front and the real rooms of transfer threads
 * between simulated sockets, disk, carriers and clock, in virtual time. The same
 * scenario always takes the same course.
 *
 * @module
 */

import {
  type Carrier,
  Channel,
  type News,
  type OpenOrder,
  type Order,
} from "../../lib/channel.ts";
import { NEGOTIATION } from "../../lib/config.ts";
import { Front } from "../../lib/front/front.ts";
import { Shared } from "../../lib/shared.ts";
import type { Socket } from "../../lib/socket.ts";
import { Room } from "../../lib/transfer/room.ts";
import { hash } from "../random.ts";
import { addressOf, LISTENER } from "./address.ts";
import { Blame } from "./blame.ts";
import { connect } from "./carrier.ts";
import { SimulatedClock } from "./clock.ts";
import { Disk } from "./disk.ts";
import { FileWatch } from "./files.ts";
import { Manners } from "./manners.ts";
import { Network } from "./network.ts";
import type { Scenario } from "./scenario.ts";
import { Seating } from "./seating.ts";
import { Sender } from "./sender.ts";
import { beginningBehind, type Server } from "./server.ts";
import { newAwaited, openSocket, watchLine } from "./socket.ts";
import { makeNoise } from "./stranger.ts";
import { describeBatch, type Trace } from "./trace.ts";
import { fail } from "./violation.ts";

/** A world that is not at rest after this many happenings never will be. */
const MIN_HAPPENINGS = 300_000;
const HAPPENINGS_PER_BLOCK = 200;

/** A world. */
export class World {
  /** The network. */
  readonly network: Network;
  readonly #files: FileWatch;
  readonly #scenario: Scenario;
  readonly #server: Server;
  readonly #clock = new SimulatedClock();
  readonly #shared = new Shared();
  readonly #trace: Trace | undefined;
  readonly #seating: Seating;
  readonly #manners: Manners;
  readonly #disk: Disk;
  readonly #blame: Blame;
  readonly #front: Front;
  #threads = 0;
  #nextPort = 40_000;
  #hasEnded = false;

  /** Makes a world that has not begun; `trace` gets a line for every packet. */
  constructor(scenario: Scenario, server: Server, trace: Trace | undefined) {
    const clock = this.#clock;
    this.#scenario = scenario;
    this.#server = server;
    this.#trace = trace &&
      ((line) => trace(`${`${clock.now()}`.padStart(9)} ms  ${line}`));
    this.#files = new FileWatch(scenario, clock, this.#trace);
    this.#seating = new Seating(scenario, clock, this.#files);
    this.#manners = new Manners(scenario, clock, this.#files, this.#seating);
    this.network = new Network(clock, scenario, this.#trace);
    this.#disk = new Disk(
      scenario.disk,
      clock,
      (part, content) => this.#files.published(part, content),
    );
    this.#blame = new Blame({
      ...{ scenario, clock, network: this.network },
      ...{ files: this.#files, disk: this.#disk },
    });
    this.#front = this.#openFront();
    for (let i = 0; i < scenario.threads.first; i++) this.#addThread();
  }

  /** How many uploads were begun, and ended how. */
  get counts(): Readonly<
    Record<"begun" | "stored" | "refused" | "failed", number>
  > {
    const seating = this.#seating;
    const refused = seating.count("refused");
    return { ...this.#files.counts, refused, failed: seating.count("failed") };
  }

  /** Lets it happen; throws when a rule is broken. */
  run(): void {
    const { isSinglePort, noise, senders, skippedBlocks, stop } =
      this.#scenario;
    const { network } = this;
    const files = this.#files;
    const clock = this.#clock;
    for (const { atMs, dice } of noise) {
      const { bytes, from } = makeNoise(dice);
      clock.after(atMs, () => network.send(bytes, from, LISTENER));
    }
    for (const plan of senders) {
      const context = { clock, network, files, skippedBlocks, isSinglePort };
      new Sender(plan, context);
    }
    if (stop !== undefined) {
      clock.after(stop.atMs, () => this.#stop(stop.graceMs));
    }
    this.#rest();
    this.#stop(0);
    this.#rest();
    this.#seating.leave();
    this.#files.check(this.#disk);
    const remains = {
      uploads: this.#front.uploads.underWay,
      sockets: this.#manners.sockets.size,
      parts: this.#disk.parts.size,
      bufferBytes: this.#shared.bufferBytes,
      fronts: this.#hasEnded ? 0 : 1,
    };
    for (const [what, count] of Object.entries(remains)) {
      if (count !== 0) fail("remains", `${count} ${what}`);
    }
  }

  #openFront(): Front {
    const { limits, threads } = this.#scenario;
    const clock = this.#clock;
    const shared = this.#shared;
    shared.freeBytes = limits.freeBytes;
    const { listening } = this.#manners;
    const front = new Front({
      rules: {
        ...{ ...limits, negotiation: NEGOTIATION, onExists: "replace" },
        ...{ remoteip: [], servesLowPorts: false, isWindows: false },
        isSinglePort: this.#scenario.isSinglePort,
        ...{ ipstamp: false, timestamp: false, template: undefined },
        ...{ paths: "keep", allowedChars: "" },
      },
      maxThreads: threads.most,
      decide: this.#server.decide,
      ...{ clock, shared },
      report: {
        packets: false,
        add: (happened) => {
          const event = this.#server.tells(happened);
          if (event.kind === "refused") this.#blame.refused(event);
          if (event.kind === "failed") {
            this.#files.check(this.#disk);
            this.#blame.failed(event);
          }
          this.#seating.reported(event);
        },
      },
      newAwaited: () => newAwaited(clock),
      onWantThread: () => clock.after(threads.startMs, () => this.#addThread()),
      onEnded: () => this.#hasEnded = true,
    });
    const socket = openSocket(LISTENER, clock, this.network, listening);
    front.listeners.add(LISTENER.hostname, socket);
    return front;
  }

  #addThread(): void {
    const { limits, skippedBlocks } = this.#scenario;
    const { machine, part: dress } = this.#server;
    const clock = this.#clock;
    const [near, far] = this.#connect(this.#threads++);
    new Room({
      channel: new Channel<News, Order>(far, clock),
      machine: beginningBehind(machine, skippedBlocks),
      ...{ clock, limits, showsPackets: false },
      countBuffer: (bytes) => this.#shared.countBuffer(bytes),
      openSocket: (order) => this.#openSocket(order),
      openPart: (order) =>
        this.#disk.open(order).then((part) => {
          this.#manners.opened(part);
          return dress(part, this.#disk);
        }),
    });
    this.#front.crew.add(new Channel<Order, News>(near, clock));
  }

  #connect(thread: number): [Carrier, Carrier] {
    const { keepsOrder, carries } = this.#server;
    const seating = this.#seating;
    return connect<Order, News>(this.#clock, {
      keepsOrder,
      delayMs: () => this.#delayMs(2 * thread),
      sent: (orders) => seating.ordered(orders),
      arrives: (batch) => {
        const orders = batch.filter(carries);
        this.#trace?.(`front > thread ${thread}: ${describeBatch(orders)}`);
        seating.obeying(orders);
        return orders;
      },
    }, {
      keepsOrder,
      delayMs: () => this.#delayMs(2 * thread + 1),
      sent: (news) => seating.telling(news),
      arrives: (batch) => {
        const news = batch.filter(carries);
        this.#trace?.(`thread ${thread} > front: ${describeBatch(news)}`);
        seating.hearing(news);
        return news;
      },
    });
  }

  /** The same in the same moment, whatever strangers made of the batches. */
  #delayMs(way: number): number {
    const { seed, threads: { carrierMs } } = this.#scenario;
    return hash(seed, way, this.#clock.now(), 0) % (carrierMs + 1);
  }

  #openSocket({ to, peer, seat }: OpenOrder): Socket {
    if (this.#manners.sockets.size >= this.#scenario.limits.sockets) {
      throw Object.assign(new Error("too many files"), { code: "EMFILE" });
    }
    this.#seating.began(seat);
    const clock = this.#clock;
    const line = this.#front.lines?.open(to, peer);
    const { socket } = this.#server;
    if (line !== undefined) {
      return socket(watchLine(line, clock, this.#manners));
    }
    const address = addressOf(LISTENER.hostname, this.#nextPort++);
    return socket(openSocket(address, clock, this.network, this.#manners));
  }

  #stop(graceMs: number | undefined): void {
    this.#seating.stopped();
    if (graceMs === undefined) this.#front.stop();
    else this.#front.drain(graceMs);
  }

  #rest(): void {
    const { senders } = this.#scenario;
    let blocks = 0;
    for (const { files, blksize = 512 } of senders) {
      for (const { bytes } of files) blocks += bytes / blksize;
    }
    const most = MIN_HAPPENINGS + HAPPENINGS_PER_BLOCK * blocks;
    if (this.#clock.runToRest(most)) return;
    fail("remains", "the world does not come to rest");
  }
}
