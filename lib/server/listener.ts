/**
 * The listening port: every first datagram of a client is looked at once and
 * becomes a session, an ERROR, or nothing.
 *
 * The socket is drained without ever waiting, however much is going on: its
 * buffer holds some 250 requests, and one that is lost costs its client a whole
 * timeout.
 *
 * @module
 */

import { plainAddress } from "../policy/address.ts";
import { INVALID_FILENAME, refuseName } from "../policy/filename.ts";
import { MAX_BLKSIZE, type NegotiationLimits } from "../protocol/options.ts";
import { decodePacket, encodePacket } from "../protocol/codec.ts";
import {
  ErrorCode,
  type ErrorPacket,
  MAX_REQUEST_BYTES,
  type Packet,
} from "../protocol/packet.ts";
import { type Accepted, classify } from "../protocol/request.ts";
import type { Peer, Report } from "../report/event.ts";
import type { Target, UploadDirectory } from "../storage/directory.ts";
import { Upload } from "../storage/upload.ts";
import {
  DEFAULT_TIMEOUT_MS,
  RECEIVE_BUFFER_BYTES,
  type ServerConfig,
} from "./config.ts";
import { targetFor } from "./naming.ts";
import { replyToFault, send } from "./reply.ts";
import { Session } from "./session.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: MAX_BLKSIZE,
  receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  timeoutMs: DEFAULT_TIMEOUT_MS,
};

/** What a listener is made from. */
export interface ListenerOptions {
  /** Whom to serve and how to name files. */
  readonly config: ServerConfig;
  /** The socket to listen on; the listener closes it. */
  readonly socket: Deno.DatagramConn;
  /** Where uploads go. */
  readonly directory: UploadDirectory;
  /** Where events go. */
  readonly report: Report;
  /** Called for every datagram. */
  readonly onActivity: () => void;
  /** Called for every new session. */
  readonly onSession: (session: Session) => void;
  /** Called when a session is over. */
  readonly onEnd: (session: Session) => void;
}

/** The listening port. */
export class Listener {
  readonly #options: ListenerOptions;
  /** One byte more than the longest request, so that a longer one shows. */
  readonly #buffer = new Uint8Array(MAX_REQUEST_BYTES + 1);
  /** The latest session of each client. */
  readonly #sessions = new Map<string, Session>();
  /** Clients whose request is being looked into. */
  readonly #admitting = new Set<string>();
  #closed = false;

  /** Begins to listen. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#read();
  }

  /** Takes no more requests; sessions go on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.socket.close();
  }

  #read(): void {
    this.#options.socket.receive(this.#buffer).then(
      ([bytes, from]) => {
        if (this.#closed) return;
        if (from.transport === "udp") this.#onDatagram(bytes, from);
        this.#read();
      },
      (error) => {
        // On Windows, a client whose port is gone. Else the socket is closed.
        if (error instanceof Deno.errors.ConnectionReset) this.#read();
      },
    );
  }

  #onDatagram(bytes: Uint8Array, from: Deno.NetAddr): void {
    const { config, onActivity, report } = this.#options;
    onActivity();
    const packet = decodePacket(bytes);
    this.#show("in", from, packet, bytes);
    const { remoteip } = config;
    if (remoteip !== undefined && plainAddress(from.hostname) !== remoteip) {
      const kind = packet.kind === "wrq" ? "denied" : "ignored";
      report.add({ kind, peer: from, reason: `only ${remoteip} may send` });
      return;
    }
    const key = keyOf(from);
    if (packet.kind === "wrq") {
      if (this.#admitting.has(key)) return;
      const known = this.#sessions.get(key);
      if (known?.isRepeat(bytes)) return known.repeatRequest(packet);
      known?.supersede();
    }
    const verdict = classify(packet, LIMITS);
    switch (verdict.kind) {
      case "ignore":
        report.add({ kind: "ignored", peer: from, reason: verdict.reason });
        return;
      case "refuse":
        return this.#refuse(from, verdict.filename, verdict.reply);
      case "accept":
        this.#admitting.add(key);
        this.#admit(verdict, from, bytes.slice())
          .finally(() => this.#admitting.delete(key));
    }
  }

  /** Looks at all that can be known before the first block comes. */
  async #admit(
    accepted: Accepted,
    from: Deno.NetAddr,
    request: Uint8Array,
  ): Promise<void> {
    const { config, directory } = this.#options;
    const { filename } = accepted;
    const ip = config.ipstamp ? plainAddress(from.hostname) : undefined;
    const refusal = refuseName(filename, { ip, timestamp: config.timestamp });
    if (refusal !== undefined) {
      const { code, reason } = refusal;
      const reply = { kind: "error", code, message: INVALID_FILENAME } as const;
      return this.#refuse(from, filename, reply, reason);
    }
    const target = targetFor(config, filename, from.hostname, Date.now());
    if (target.kind === "replace") {
      try {
        await directory.checkObstacle(target.name);
      } catch (error) {
        const { message } = error as Error;
        return this.#refuse(from, filename, replyToFault(error), message);
      }
    }
    if (!this.#closed) this.#begin(accepted, from, request, target);
  }

  #begin(
    accepted: Accepted,
    from: Deno.NetAddr,
    request: Uint8Array,
    target: Target,
  ): void {
    const { config, directory, onEnd, onSession, report } = this.#options;
    const { filename, mode, terms } = accepted;
    let socket: Deno.DatagramConn;
    try {
      socket = listen(config.hostname, 0);
    } catch (error) {
      const { message } = error as Error;
      return this.#refuse(from, filename, {
        kind: "error",
        code: ErrorCode.NOT_DEFINED,
        message: "server is busy - try again later",
      }, `cannot open a socket: ${message}`);
    }
    const { blksize, tsize, windowsize } = terms;
    const peer: Peer = { hostname: from.hostname, port: from.port };
    report.add(
      { kind: "accepted", peer, filename, mode, blksize, windowsize, tsize },
    );
    const session = new Session({
      peer,
      request,
      accepted,
      socket,
      upload: new Upload(directory, target),
      report,
      onEnd: (it) => {
        const key = keyOf(peer);
        if (this.#sessions.get(key) === it) this.#sessions.delete(key);
        onEnd(it);
      },
    });
    this.#sessions.set(keyOf(from), session);
    onSession(session);
  }

  #refuse(
    to: Deno.NetAddr,
    filename: string | undefined,
    reply: ErrorPacket,
    reason = reply.message,
  ): void {
    const { report, socket } = this.#options;
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

function keyOf({ hostname, port }: Peer): string {
  return `${hostname} ${port}`;
}
