/**
 * A server on a free port of the loopback interface and a new directory, both
 * gone when the test ends. It is the real one, but for its threads: front and
 * rooms share the thread of the test, and talk through real channels.
 *
 * @module
 */

import { join } from "@std/path";
import { Channel } from "../lib/channel.ts";
import { defaultsOf } from "../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../lib/cli/flags.ts";
import type { ServerConfig } from "../lib/config.ts";
import { Front } from "../lib/front/front.ts";
import { rulesOf } from "../lib/front/rules.ts";
import type { AckPacket, ErrorPacket } from "../lib/protocol/packet.ts";
import type { Event } from "../lib/report/event.ts";
import { Shared } from "../lib/shared.ts";
import type { StopKey } from "../lib/stop_key.ts";
import type { UploadDirectory } from "../lib/storage/directory.ts";
import { Run } from "../lib/storage/run.ts";
import { measureFree } from "../lib/storage/space.ts";
import { openRoom } from "../lib/transfer/open_room.ts";
import { EventLog, within } from "./front/event_log.ts";
import { ShiftedClock } from "./front/shifted_clock.ts";
import { pattern, Peer } from "./peer.ts";
import { SyncWatch } from "./storage/sync_watch.ts";
import { namesIn, withTempDirectory } from "./temp_directory.ts";
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

/** A server and its surroundings. */
export interface Harness {
  readonly server: TestServer;
  readonly directory: string;
  /** All that was reported so far. */
  readonly events: readonly Event[];
  /** How many events of a kind were reported so far. */
  count(kind: Event["kind"]): number;
  /** Waits for an event of a kind that has not been waited for yet. */
  event<K extends Event["kind"]>(kind: K): Promise<Extract<Event, { kind: K }>>;
  /** The names in the directory, sorted, but for the lock of the run. */
  names(): string[];
  read(name: string): Uint8Array;
  text(name: string): string;
  write(name: string, text: string): void;
}

/** Runs with a server. */
export async function withServer(
  overrides: Partial<ServerConfig>,
  test: (harness: Harness) => Promise<void>,
  extras: Extras = {},
): Promise<void> {
  await withTempDirectory(async (temporary) => {
    const config = {
      ...defaultsOf(SERVE_FLAGS),
      directory: temporary,
      hostnames: ["127.0.0.1"],
      port: 0,
      ...overrides,
    };
    const log = new EventLog();
    const { directory } = config;
    const server = await TestServer.start(config, extras, log);
    try {
      await test({
        ...{ server, directory },
        events: log.events,
        count: (kind) => log.count(kind),
        event: (kind) => log.next(kind),
        names: () => namesIn(directory),
        read: (name) => Deno.readFileSync(join(directory, name)),
        text: (name) => Deno.readTextFileSync(join(directory, name)),
        write: (name, text) =>
          Deno.writeTextFileSync(join(directory, name), text),
      });
    } finally {
      await server.close();
    }
  });
}

/** A server and a client of it. */
export type ClientHarness = Harness & { readonly peer: Peer };

/** Runs with a server and a client of it. */
export function withClient(
  overrides: Partial<ServerConfig>,
  test: (harness: ClientHarness) => Promise<void>,
  extras: Extras = {},
): Promise<void> {
  return withServer(overrides, async (harness) => {
    using peer = new Peer(harness.server.port);
    await test({ ...harness, peer });
  }, extras);
}

/** Runs with a client whose file "f" is not saved until the disk is let go. */
export async function withSaving(
  test: (
    harness: ClientHarness,
    disk: PromiseWithResolvers<void>,
  ) => Promise<void>,
  extras: Extras = {},
): Promise<void> {
  using watch = new SyncWatch();
  const { begun, disk } = watch.halt();
  await withClient({}, async (harness) => {
    try {
      const { peer } = harness;
      await peer.begin("f");
      await peer.send({ kind: "data", block: 1, payload: pattern(9) });
      await within("the file to be synced", begun.promise);
      await test(harness, disk);
    } finally {
      // A server does not end before its disk does.
      disk.resolve();
    }
  }, extras);
}

/** Begins an upload and sends its first block of 512 bytes. */
export async function sendFirst(
  peer: Peer,
  filename: string,
  options: Readonly<Record<string, string>> = {},
): Promise<void> {
  await peer.begin(filename, options);
  await peer.block(1, pattern(512));
}

/** The answer to a block, or to a request without options. */
export function ack(block: number): AckPacket {
  return { kind: "ack", block };
}

/** The answer that ends an upload, or refuses a request. */
export function errorOf(code: number, message: string): ErrorPacket {
  return { kind: "error", code, message };
}

/** Runs with several clients. */
export async function withPeers(
  count: number,
  port: number,
  use: (peers: readonly Peer[]) => Promise<void>,
): Promise<void> {
  const peers = Array.from({ length: count }, () => new Peer(port));
  try {
    await use(peers);
  } finally {
    for (const peer of peers) peer[Symbol.dispose]();
  }
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
