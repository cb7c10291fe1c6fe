/**
 * Starts a real server with the flags at hand, on another port and in a hidden
 * directory of its own, and uploads to it through every address.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import type { ServerConfig } from "../config.ts";
import type { Peer } from "../policy/address.ts";
import { type AddressRange, parseRange } from "../policy/range.ts";
import { Problem } from "../problem.ts";
import { isSameBytes } from "../protocol/bytes.ts";
import { explainListen } from "../threads/explain.ts";
import { Server } from "../threads/server.ts";
import { type Finding, problemOf } from "./doctor_text.ts";
import { uploadBytes } from "./doctor_upload.ts";
import { describeFailed } from "./put_text.ts";

/** Some blocks, the last of them short. */
const SAMPLE_BYTES = 2_000;
/** More than any machine has addresses. */
const AMPLE_UPLOADS = 1_000;
/** Somebody else may take a port between finding it and listening on it. */
const TRIES = 3;

/**
 * Tries uploads.
 *
 * @param signal Breaks it off.
 * @returns A finding for each address; or one, if there is no server.
 */
export async function tryUploads(
  config: ServerConfig,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  // The ~ is nothing a client can ask for.
  const name = `.wotftp~doctor~${crypto.randomUUID()}`;
  const directory = join(resolve(config.directory), name);
  await Deno.mkdir(directory, { mode: 0o700 });
  try {
    const own = { ...config, directory };
    const { server, port } = await startServer(own, addresses);
    try {
      return await Promise.all(
        addresses.map((address, i) =>
          tryUpload(directory, `f${i}`, { hostname: address, port }, signal)
        ),
      );
    } finally {
      server.stop();
      await server.ended.catch(() => {});
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** For nobody else, with limits that are for others taken away, and silent. */
async function startServer(
  config: ServerConfig,
  addresses: readonly string[],
): Promise<{ server: Server; port: number }> {
  for (let tries = TRIES;; tries--) {
    const port = freePort(addresses);
    try {
      const server = await Server.start({
        config: {
          ...config,
          port,
          remoteip: rangesOf(addresses),
          // Judged by itself.
          minFree: { kind: "default" },
          maxBytes: Infinity,
          maxTransfers: AMPLE_UPLOADS,
          maxPerClient: AMPLE_UPLOADS,
          timestamp: false,
          ipstamp: false,
          template: undefined,
          threads: 1,
          verbosity: 0,
          receipts: undefined,
          metrics: undefined,
        },
        stopKey: undefined,
      });
      return { server, port };
    } catch (error) {
      if (tries === 1 || !(error instanceof Problem)) throw error;
    }
  }
}

async function tryUpload(
  directory: string,
  name: string,
  server: Peer,
  signal: AbortSignal,
): Promise<Finding> {
  const subject = `upload through ${server.hostname}`;
  const sample = Uint8Array.from({ length: SAMPLE_BYTES }, (_, i) => i);
  try {
    const ending = await uploadBytes(server, name, sample, signal);
    if (ending.why !== undefined) {
      throw describeFailed({ file: name, name, server }, ending, ending.why);
    }
    const stored = await Deno.readFile(join(directory, name));
    if (!isSameBytes(stored, sample)) {
      throw new Error("other bytes were stored than were sent");
    }
    const ms = Math.ceil(ending.ms);
    const message = `${SAMPLE_BYTES} bytes were sent to a server started for ` +
      `it, stored whole in ${ms} ms, and removed`;
    return { verdict: "ok", subject, message };
  } catch (error) {
    return { subject, ...problemOf(error) };
  }
}

function rangesOf(addresses: readonly string[]): AddressRange[] {
  return addresses.map(parseRange).filter((it) => typeof it !== "string");
}

/** One that is free by now. */
function freePort([hostname = "127.0.0.1"]: readonly string[]): number {
  try {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    const { addr } = socket;
    socket.close();
    return addr.transport === "udp" ? addr.port : 0;
  } catch (error) {
    throw error instanceof Error ? explainListen(error, hostname, 0) : error;
  }
}
