/**
 * From a request that means something to a session, or to the reason why there
 * is none: whether the file can be stored, and whether there is room.
 *
 * @module
 */

import { admit } from "../policy/admission.ts";
import type { Negotiated } from "../protocol/options.ts";
import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";
import type { Accepted } from "../protocol/request.ts";
import type { Peer, Report } from "../report/event.ts";
import type { Target, UploadDirectory } from "../storage/directory.ts";
import { isOutOfDescriptors } from "../storage/error.ts";
import { Upload } from "../storage/upload.ts";
import type { ServerConfig } from "./config.ts";
import type { Deadlines } from "./deadlines.ts";
import { targetFor } from "./naming.ts";
import type { Relief } from "./relief.ts";
import { replyToFault } from "./reply.ts";
import type { Roster } from "./roster.ts";
import { Session } from "./session.ts";

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

/** What a reception works with. */
export interface ReceptionOptions {
  /** Whom to serve, how much, and how to name files. */
  readonly config: ServerConfig;
  /** Where uploads go. */
  readonly directory: UploadDirectory;
  /** Where sessions are kept. */
  readonly roster: Roster;
  /** What wakes them. */
  readonly deadlines: Deadlines<Session>;
  /** What helps when descriptors run out. */
  readonly relief: Relief;
  /** Where events go. */
  readonly report: Report;
  /** Whether a stranger at this address may be sent an ERROR. */
  readonly mayAnswer: (hostname: string) => boolean;
  /** Called when a session has been added to the roster. */
  readonly onSession: () => void;
  /** Called when a session has been removed from the roster. */
  readonly onClosed: () => void;
}

/** A request and what it means to its client's latest session. */
export interface Claim {
  /** The bytes of the request. */
  readonly request: Uint8Array;
  /** The request of the session it takes the place of. */
  readonly superseded: Uint8Array | undefined;
  /** When that one has given up its place. */
  readonly whenSuperseded: Promise<void> | undefined;
}

/** Why there is no session. */
export interface Refusal {
  /** What the client is told. */
  readonly reply: ErrorPacket;
  /** What the operator is told. */
  readonly reason: string;
}

/** Lets clients in. */
export class Reception {
  readonly #options: ReceptionOptions;
  #isOpen = true;

  /** Opens the reception. */
  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Lets nobody in any more, not even those who are being looked at. */
  close(): void {
    this.#isOpen = false;
  }

  /**
   * Looks at all that can be known before the first block comes, and opens a
   * session.
   *
   * @param accepted What was made of the request.
   * @param from The client.
   * @param claim The request itself.
   * @returns Why not; `undefined` if there is nothing to answer.
   */
  async admit(
    accepted: Accepted,
    from: Deno.NetAddr,
    claim: Claim,
  ): Promise<Refusal | undefined> {
    const { config, directory } = this.#options;
    const { filename, terms: { tsize } } = accepted;
    const target = targetFor(config, filename, from.hostname, Date.now());
    let free: number | undefined;
    try {
      await directory.check(target);
      free = await directory.space.left(tsize ?? 0);
      await claim.whenSuperseded;
    } catch (error) {
      const { message } = error as Error;
      return { reply: replyToFault(error), reason: message };
    }
    if (!this.#isOpen) return undefined;
    const socket = await this.#openSocket();
    if (socket === undefined) return { reply: BUSY, reason: BUSY.message };
    // From here on without waiting, or two could take the same last place.
    const reply = this.#makeRoom(accepted.terms, from.hostname, free);
    if (reply !== undefined || !this.#isOpen) socket.close();
    if (!this.#isOpen) return undefined;
    if (reply !== undefined) return { reply, reason: reply.message };
    this.#begin(accepted, from, claim, target, socket);
    return undefined;
  }

  /** @returns What to answer if there is no room. */
  #makeRoom(
    { tsize }: Negotiated,
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
    { request, superseded }: Claim,
    target: Target,
    socket: Deno.DatagramConn,
  ): void {
    const { config, deadlines, directory, mayAnswer, report, roster } =
      this.#options;
    const { filename, mode, terms: { blksize, tsize, windowsize } } = accepted;
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
      mayAnswer,
      onDeadline: (it, at) => deadlines.add(it, at),
      onProven: (it) => roster.prove(it),
      onEnded: (it) => roster.end(it),
      onClosed: (it) => {
        roster.remove(it);
        deadlines.delete(it);
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
    const { config: { hostname }, relief } = this.#options;
    do {
      try {
        return Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
      } catch (error) {
        if (!isOutOfDescriptors(error)) return undefined;
      }
    } while (await relief.relieve());
    return undefined;
  }
}
