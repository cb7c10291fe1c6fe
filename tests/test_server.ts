/**
 * A server as tests have it: the real one, but for its threads. Front and rooms
 * share the thread of the test, and talk through real channels.
 *
 * @module
 */

import { Channel } from "../lib/channel.ts";
import type { ServerConfig } from "../lib/config.ts";
import { Front } from "../lib/front/front.ts";
import { rulesOf } from "../lib/front/rules.ts";
import { Shared } from "../lib/shared.ts";
import type { StopKey } from "../lib/stop_key.ts";
import type { UploadDirectory } from "../lib/storage/directory.ts";
import { Run } from "../lib/storage/run.ts";
import { measureFree } from "../lib/storage/space.ts";
import { openRoom } from "../lib/transfer/open_room.ts";
import { type EventLog, within } from "./front/event_log.ts";
import { ShiftedClock } from "./front/shifted_clock.ts";
import { Sockets } from "./transfer/sockets.ts";

/** What a test wants of a server besides its configuration. */
export interface Extras {
  /** The key that stops it from afar. */
  readonly key?: StopKey;
  /** Transfer threads at the start; 1 if left out. */
  readonly threads?: number;
  /** The most there may be; no more than at the start if left out. */
  readonly maxThreads?: number;
  /** Whether time only passes when the test says so. */
  readonly isTimeStill?: boolean;
}

/** What the main thread is to the others, in small. */
export class TestServer {
  /** The sockets of its uploads. */
  readonly sockets: Sockets;
  /** What all threads see. */
  readonly shared = new Shared();
  /** Transfer threads by now. */
  threads = 0;
  readonly #config: ServerConfig;
  readonly #isTimeStill: boolean;
  readonly #run: Run;
  readonly #socket: Deno.DatagramConn;
  readonly #front: Front;
  readonly #directories: Promise<UploadDirectory>[] = [];
  readonly #ports: MessagePort[] = [];
  readonly #clocks: ShiftedClock[] = [];
  readonly #ended = Promise.withResolvers<void>();

  private constructor(
    config: ServerConfig,
    run: Run,
    { key, threads = 1, maxThreads = threads, isTimeStill = false }: Extras,
    report: EventLog,
  ) {
    const { hostnames: [hostname = "0.0.0.0"], port } = config;
    this.#isTimeStill = isTimeStill;
    this.#config = config;
    this.#run = run;
    this.sockets = new Sockets(hostname);
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
    this.#socket = socket;
    this.#front = new Front({
      ...{ rules: rulesOf(config), key, maxThreads, report },
      shared: this.shared,
      clock: this.#newClock(),
      onWantThread: () => this.#addThread(),
      onEnded: () => this.#end(),
    });
    this.#front.listeners.add(hostname, socket);
    while (this.threads < threads) this.#addThread();
  }

  static async start(
    config: ServerConfig,
    extras: Extras,
    report: EventLog,
  ): Promise<TestServer> {
    const run = await Run.begin(config.directory);
    const server = new TestServer(config, run, extras, report);
    await server.measure();
    await Promise.all(server.#directories);
    return server;
  }

  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    return within("the server's end", this.#ended.promise);
  }

  /** Looks how much is free; by itself this server never does it again. */
  async measure(): Promise<void> {
    const { directory, minFree } = this.#config;
    this.shared.freeBytes = await measureFree(directory, minFree);
  }

  /** Lets time pass for all threads, all at once. */
  pass(ms: number): void {
    for (const clock of this.#clocks) clock.pass(ms);
  }

  /** Lets running uploads end, and ends. */
  drain(graceMs?: number): Promise<void> {
    this.#front.drain(graceMs);
    return this.ended;
  }

  /** Ends at once. */
  stop(): Promise<void> {
    this.#front.stop();
    return this.ended;
  }

  /** Ends at once and leaves nothing open. */
  async close(): Promise<void> {
    await this.stop();
    for (const directory of this.#directories) await (await directory).close();
    for (const port of this.#ports) port.close();
    for (const clock of this.#clocks) clock.stop();
  }

  #addThread(): void {
    const thread = this.threads++;
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port1, port2);
    const { directory: path, isSynced, maxBufferBytes } = this.#config;
    const clock = this.#newClock();
    this.#directories.push(openRoom({
      config: this.#config,
      directory: {
        ...{ path, identity: this.#run.identity, run: this.#run.id, thread },
        ...{ isSynced, maxBufferBytes },
      },
      shared: new Shared(this.shared.memory),
      channel: new Channel(port2, clock),
      clock,
      openSocket: () => this.sockets.open(thread),
    }));
    this.#front.crew.add(new Channel(port1, this.#newClock()));
  }

  #newClock(): ShiftedClock {
    const clock = new ShiftedClock(this.#isTimeStill);
    this.#clocks.push(clock);
    return clock;
  }

  async #end(): Promise<void> {
    await this.#run.end();
    await this.#front.close();
    this.#ended.resolve();
  }
}
