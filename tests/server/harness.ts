/**
 * A server on a free port of the loopback interface and a new directory, both
 * gone when the test ends.
 *
 * @module
 */

import { join } from "@std/path";
import { PortThread } from "../../lib/port/thread.ts";
import type { Event } from "../../lib/report/event.ts";
import { DEFAULT_CONFIG, type ServerConfig } from "../../lib/server/config.ts";
import type { StopKey } from "../../lib/stop/key.ts";
import { Server } from "../../lib/server/server.ts";

export interface Harness {
  readonly server: Server;
  readonly directory: string;
  /** All that was reported so far. */
  readonly events: Event[];
  /** Waits for an event of a kind that has not been waited for yet. */
  event<K extends Event["kind"]>(kind: K): Promise<Extract<Event, { kind: K }>>;
  /** The names in the directory, but for the lock of the run. */
  names(): string[];
  read(name: string): Uint8Array;
  write(name: string, text: string): void;
}

export async function withServer(
  overrides: Partial<ServerConfig>,
  test: (harness: Harness) => Promise<void>,
  stopKey?: StopKey,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "wotftp-test-" });
  const log = new EventLog();
  const thread = startPortThread();
  const server = await Server.start(
    {
      ...DEFAULT_CONFIG,
      directory,
      hostname: "127.0.0.1",
      port: 0,
      ...overrides,
    },
    { packets: false, add: (event) => log.add(event) },
    thread.channel,
    stopKey,
  );
  try {
    await test({
      server,
      directory,
      events: log.events,
      event: (kind) => log.next(kind),
      names: () => list(directory).filter((name) => !name.endsWith(".lock")),
      read: (name) => Deno.readFileSync(join(directory, name)),
      write: (name, text) =>
        Deno.writeTextFileSync(join(directory, name), text),
    });
  } finally {
    await server.stop();
    thread.terminate();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Within the rights of the tests. */
export function startPortThread(): PortThread {
  return PortThread.start("inherit", ({ message }) => {
    throw new Error(`The thread that reads the port crashed: ${message}`);
  });
}

/** The names in a directory, sorted. */
export function list(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

class EventLog {
  readonly events: Event[] = [];
  /** How many events of a kind were waited for. */
  readonly #taken = new Map<string, number>();
  #onEvent: () => void = () => {};

  add(event: Event): void {
    this.events.push(event);
    this.#onEvent();
  }

  async next<K extends Event["kind"]>(
    kind: K,
  ): Promise<Extract<Event, { kind: K }>> {
    const index = this.#taken.get(kind) ?? 0;
    this.#taken.set(kind, index + 1);
    while (true) {
      const event = this.events.filter((it) => isKind(it, kind))[index];
      if (event !== undefined) return event;
      const { promise, resolve } = Promise.withResolvers<void>();
      const others = this.#onEvent;
      this.#onEvent = () => {
        others();
        resolve();
      };
      await promise;
    }
  }
}

function isKind<K extends Event["kind"]>(
  event: Event,
  kind: K,
): event is Extract<Event, { kind: K }> {
  return event.kind === kind;
}
