/**
 * Sets up a room as a server has it: with real sockets and files.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import type { Channel, News, Order } from "../channel.ts";
import type { Clock } from "../clock.ts";
import type { ServerConfig } from "../config.ts";
import { targetFor } from "../policy/naming.ts";
import { MACHINE } from "../protocol/transfer.ts";
import { isWatched } from "../report/watched.ts";
import type { Shared } from "../shared.ts";
import type { Socket } from "../socket.ts";
import { type DirectoryPlan, UploadDirectory } from "../storage/directory.ts";
import { PartFile } from "../storage/part.ts";
import { ReceiptLog } from "../storage/receipt_log.ts";
import { HashingPart } from "./hashing_part.ts";
import { Recorder } from "./recorder.ts";
import { NetasciiPart } from "./netascii_part.ts";
import { Room } from "./room.ts";

/** As often as a terminal shows it. */
const WATCHED_MS = 250;

/** What a room is set up with. */
export interface RoomPlan {
  /** What the server is to do. */
  readonly config: ServerConfig;
  /** Where uploads are stored. */
  readonly directory: DirectoryPlan;
  /** How much may be written. */
  readonly shared: Shared;
  /** The way to the front. */
  readonly channel: Channel<News, Order>;
  /** The time. */
  readonly clock: Clock;
  /** Opens a socket with a port of its own; Deno's, if it is left out. */
  readonly openSocket?: () => Socket;
}

/**
 * Sets up a room; from then on it obeys the front.
 *
 * @returns The directory it stores in, to be closed when all uploads have ended.
 */
export async function openRoom(plan: RoomPlan): Promise<UploadDirectory> {
  const { channel, clock, config, shared } = plan;
  const directory = await UploadDirectory.open(
    plan.directory,
    shared,
    () => channel.send({ kind: "exhausted", seat: undefined }),
  );
  const { hostname, receipts } = config;
  const recorder = receipts === undefined
    ? undefined
    : new Recorder(await ReceiptLog.open(receipts), clock);
  new Room({
    ...{ channel, clock, recorder },
    machine: MACHINE,
    limits: config,
    showsPackets: config.verbosity >= 2,
    progressMs: isWatched(config) ? WATCHED_MS : undefined,
    countBuffer: (bytes) => shared.countBuffer(bytes),
    openSocket: plan.openSocket ??
      (() => Deno.listenDatagram({ transport: "udp", hostname, port: 0 })),
    openPart: async ({ accepted: { filename, mode }, peer: client, at }) => {
      const request = { filename, client, at };
      const target = targetFor(config, request, timeStamp);
      await directory.check(target);
      const part = new PartFile(directory, target);
      const hashed = recorder === undefined ? part : new HashingPart(part);
      return mode === "netascii" && config.netascii === "convert"
        ? new NetasciiPart(hashed)
        : hashed;
    },
  });
  return directory;
}

function timeStamp(epochMs: number): string {
  return format(new Date(epochMs), "yyyy-MM-dd-HH-mm-ss-SSS");
}
