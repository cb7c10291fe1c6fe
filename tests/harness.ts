/**
 * A server on a free port of the loopback interface and a new directory, both
 * gone when the test ends.
 *
 * @module
 */

import { join } from "@std/path";
import { defaultsOf } from "../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../lib/cli/flags.ts";
import type { ServerConfig } from "../lib/config.ts";
import type { AckPacket, ErrorPacket } from "../lib/protocol/packet.ts";
import type { Event } from "../lib/report/event.ts";
import { EventLog, within } from "./front/event_log.ts";
import { pattern, Peer } from "./peer.ts";
import { SyncWatch } from "./storage/sync_watch.ts";
import { namesIn, withTempDirectory } from "./temp_directory.ts";
import { type Extras, TestServer } from "./test_server.ts";

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
