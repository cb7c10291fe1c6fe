/**
 * The listening port: every first datagram of a client is looked at once and
 * becomes a session, an ERROR, or nothing.
 *
 * @module
 */

import { ignoreSource } from "../policy/access.ts";
import { plainAddress } from "../policy/address.ts";
import { admit } from "../policy/admission.ts";
import { INVALID_FILENAME, refuseName } from "../policy/filename.ts";
import { MAX_BLKSIZE, type NegotiationLimits } from "../protocol/options.ts";
import { decodePacket, encodePacket } from "../protocol/codec.ts";
import {
  ErrorCode,
  type ErrorPacket,
  type Packet,
} from "../protocol/packet.ts";
import { type Accepted, classify } from "../protocol/request.ts";
import type { Peer, Report } from "../report/event.ts";
import type { Target, UploadDirectory } from "../storage/directory.ts";
import { isOutOfDescriptors } from "../storage/error.ts";
import { Upload } from "../storage/upload.ts";
import {
  DEFAULT_TIMEOUT_MS,
  RECEIVE_BUFFER_BYTES,
  type ServerConfig,
} from "./config.ts";
import { StopGate } from "../stop/gate.ts";
import type { StopKey } from "../stop/key.ts";
import { ErrorLimit } from "./error_limit.ts";
import { Inbox } from "./inbox.ts";
import { targetFor } from "./naming.ts";
import { replyToFault, send } from "./reply.ts";
import type { Relief } from "./relief.ts";
import { keyOf, type Roster } from "./roster.ts";
import { Session } from "./session.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: MAX_BLKSIZE,
  receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  timeoutMs: DEFAULT_TIMEOUT_MS,
};

const BUSY: ErrorPacket = {
  kind: "error",
  code: ErrorCode.NOT_DEFINED,
  message: "server is busy - try again later",
};
/**
 * A flood of requests for the largest blocks would fill the memory with buffers
 * for blocks that never come. A thousand such clients at once are plenty.
 */
const MAX_HALF_OPEN_BYTES = 64 * 1024 * 1024;

/** What a listener is made from. */
export interface ListenerOptions {
  /** Whom to serve, how much, and how to name files. */
  readonly config: ServerConfig;
  /** The socket to listen on; the listener closes it. */
  readonly socket: Deno.DatagramConn;
  /** Where uploads go. */
  readonly directory: UploadDirectory;
  /** Where sessions are kept. */
  readonly roster: Roster;
  /** What helps when descriptors run out. */
  readonly relief: Relief;
  /** Where events go. */
  readonly report: Report;
  /** The key that stops the server from afar, if it may be. */
  readonly stopKey: StopKey | undefined;
  /** Called when somebody proved to have it. */
  readonly onStop: () => void;
  /** Called for every datagram. */
  readonly onActivity: () => void;
  /** Called when a session has been added to the roster. */
  readonly onSession: () => void;
  /** Called when a session has been removed from the roster. */
  readonly onClosed: () => void;
}

/** A request and what it means to its client's latest session. */
interface Arrival {
  readonly request: Uint8Array;
  /** The request of the session it takes the place of. */
  readonly superseded: Uint8Array | undefined;
  /** When that one has given up its place. */
  readonly whenSuperseded: Promise<void> | undefined;
}

/** The listening port. */
export class Listener {
  readonly #options: ListenerOptions;
  /** Clients whose request is being looked into. */
  readonly #admitting = new Set<string>();
  readonly #errorLimit = new ErrorLimit();
  readonly #gate: StopGate | undefined;
  readonly #inbox: Inbox;
  #isTaking = true;

  /** Begins to listen. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    const { stopKey, socket, roster, onStop } = options;
    this.#gate = stopKey && new StopGate({
      key: stopKey,
      send: async (bytes, to) => {
        await socket.send(bytes, to).catch(() => {});
      },
      mayAnswer: (hostname) => this.#errorLimit.allows(hostname),
      countUploads: () => roster.countUnderWay(),
      onStop,
    });
    this.#inbox = new Inbox(
      socket,
      (bytes, from) => this.#onDatagram(bytes, from),
    );
  }

  /**
   * Takes no more requests; sessions go on. Who stopped the server from afar
   * can still ask how far it is.
   */
  takeNoMore(): void {
    this.#isTaking = false;
    if (this.#gate === undefined) this.#inbox.close();
  }

  /** Says goodbye and closes the port. */
  async close(): Promise<void> {
    await this.#gate?.sayStopped();
    this.#inbox.close();
  }

  #onDatagram(bytes: Uint8Array, from: Deno.NetAddr): void {
    const { config, onActivity, report } = this.#options;
    if (this.#gate?.take(bytes, from) || !this.#isTaking) return;
    onActivity();
    const packet = decodePacket(bytes);
    this.#show("in", from, packet, bytes);
    const reason = ignoreSource(from, config);
    if (reason !== undefined) {
      const kind = packet.kind === "wrq" ? "denied" : "ignored";
      report.add({ kind, peer: from, reason });
      return;
    }
    const verdict = classify(packet, LIMITS);
    switch (verdict.kind) {
      case "ignore":
        report.add({ kind: "ignored", peer: from, reason: verdict.reason });
        return;
      case "refuse":
        return this.#refuse(from, verdict.filename, verdict.reply);
      case "accept":
        return this.#onWriteRequest(verdict, packet, bytes, from);
    }
  }

  #onWriteRequest(
    accepted: Accepted,
    packet: Packet,
    bytes: Uint8Array,
    from: Deno.NetAddr,
  ): void {
    const { config, roster } = this.#options;
    const key = keyOf(from);
    if (this.#admitting.has(key)) return;
    const known = roster.find(from);
    if (known?.isRepeat(bytes)) return known.repeatRequest(packet);
    if (known?.isOutdated(bytes)) return;
    // A client that repeats itself very late must not find its own file in the
    // way.
    if (config.onExists === "refuse" && known?.isSavedFrom(bytes)) return;
    const arrival: Arrival = {
      request: bytes,
      superseded: known?.request,
      whenSuperseded: known?.supersede(),
    };
    const refusal = refuseName(accepted.filename, {
      ip: config.ipstamp ? plainAddress(from.hostname) : undefined,
      timestamp: config.timestamp,
      versions: config.onExists === "version",
      windows: Deno.build.os === "windows",
    });
    if (refusal !== undefined) {
      const { code, reason } = refusal;
      const reply = { kind: "error", code, message: INVALID_FILENAME } as const;
      return this.#refuse(from, accepted.filename, reply, reason);
    }
    this.#admitting.add(key);
    this.#admit(accepted, from, arrival)
      .finally(() => this.#admitting.delete(key));
  }

  /** Looks at all that can be known before the first block comes. */
  async #admit(
    accepted: Accepted,
    from: Deno.NetAddr,
    arrival: Arrival,
  ): Promise<void> {
    const { config, directory } = this.#options;
    const { filename, terms: { tsize } } = accepted;
    const target = targetFor(config, filename, from.hostname, Date.now());
    let free: number | undefined;
    try {
      await directory.check(target);
      free = await directory.space.left(tsize ?? 0);
      await arrival.whenSuperseded;
    } catch (error) {
      const { message } = error as Error;
      return this.#refuse(from, filename, replyToFault(error), message);
    }
    if (!this.#isTaking) return;
    const socket = await this.#openSocket();
    if (socket === undefined) return this.#refuse(from, filename, BUSY);
    // From here on without waiting, or two could take the same last place.
    const reply = this.#makeRoom(tsize, from.hostname, free);
    if (reply !== undefined || !this.#isTaking) socket.close();
    if (!this.#isTaking) return;
    if (reply !== undefined) return this.#refuse(from, filename, reply);
    this.#begin(accepted, from, arrival, target, socket);
  }

  /** @returns What to answer if there is no room. */
  #makeRoom(
    tsize: number | undefined,
    hostname: string,
    free: number | undefined,
  ): ErrorPacket | undefined {
    const { config, roster } = this.#options;
    const freeBytes = free === undefined || tsize === undefined
      ? free
      : free - roster.announcedBytes();
    const occupancy = { ...roster.occupancy(hostname), freeBytes };
    const admission = admit(tsize, occupancy, config);
    if (admission.kind === "refuse") return admission.reply;
    if (admission.evict !== undefined) roster.oldest(admission.evict)?.evict();
    return undefined;
  }

  #begin(
    accepted: Accepted,
    from: Deno.NetAddr,
    { request, superseded }: Arrival,
    target: Target,
    socket: Deno.DatagramConn,
  ): void {
    const { config, directory, report, roster } = this.#options;
    const { filename, mode, terms } = accepted;
    const { blksize, tsize, windowsize } = terms;
    const peer: Peer = { hostname: from.hostname, port: from.port };
    report.add(
      { kind: "accepted", peer, filename, mode, blksize, windowsize, tsize },
    );
    const session = new Session({
      peer,
      request,
      superseded,
      accepted,
      limits: config,
      socket,
      upload: new Upload(directory, target),
      report,
      mayAnswer: (hostname) => this.#errorLimit.allows(hostname),
      onProven: (it) => roster.prove(it),
      onEnded: (it) => roster.end(it),
      onClosed: (it) => {
        roster.remove(it);
        this.#options.onClosed();
      },
    });
    roster.add(session);
    while (roster.halfOpenBytes > MAX_HALF_OPEN_BYTES) {
      roster.oldest("half-open")?.evict();
    }
    this.#options.onSession();
  }

  async #openSocket(): Promise<Deno.DatagramConn | undefined> {
    const { config, relief } = this.#options;
    do {
      try {
        return listen(config.hostname, 0);
      } catch (error) {
        if (!isOutOfDescriptors(error)) return undefined;
      }
    } while (await relief.relieve());
    return undefined;
  }

  #refuse(
    to: Deno.NetAddr,
    filename: string | undefined,
    reply: ErrorPacket,
    reason = reply.message,
  ): void {
    const { report, socket } = this.#options;
    if (!this.#errorLimit.allows(to.hostname)) {
      report.add({ kind: "ignored", peer: to, reason: "too many errors" });
      return;
    }
    const bytes = encodePacket(reply);
    this.#show("out", to, reply, bytes);
    send(socket, bytes, to);
    report.add({ kind: "refused", peer: to, filename, reason });
  }

  #show(
    direction: "in" | "out",
    peer: Deno.NetAddr,
    packet: Packet,
    bytes: Uint8Array,
  ): void {
    const { report } = this.#options;
    if (!report.packets) return;
    report.add({ kind: "packet", direction, peer, packet, bytes });
  }
}

/**
 * Opens a UDP socket.
 *
 * @param hostname The local address.
 * @param port The port; 0 lets the system choose.
 */
export function listen(hostname: string, port: number): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname, port });
}
