/**
 * The listening port: every first datagram of a client is looked at once and
 * becomes a session, an ERROR, or nothing.
 *
 * @module
 */

import { ignoreSource } from "../policy/access.ts";
import { plainAddress } from "../policy/address.ts";
import { INVALID_FILENAME, refuseName } from "../policy/filename.ts";
import { MAX_BLKSIZE, type NegotiationLimits } from "../protocol/options.ts";
import { decodePacket, encodePacket } from "../protocol/codec.ts";
import type { ErrorPacket, Packet } from "../protocol/packet.ts";
import { type Accepted, classify } from "../protocol/request.ts";
import type { ListeningPort } from "../port/port.ts";
import type { Report } from "../report/event.ts";
import { showPacket } from "../report/packet.ts";
import {
  DEFAULT_TIMEOUT_MS,
  RECEIVE_BUFFER_BYTES,
  type ServerConfig,
} from "./config.ts";
import { StopGate } from "../stop/gate.ts";
import type { StopKey } from "../stop/key.ts";
import type { ErrorLimit } from "./error_limit.ts";
import type { Claim, Reception } from "./reception.ts";
import { keyOf, type Roster } from "./roster.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: MAX_BLKSIZE,
  receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  timeoutMs: DEFAULT_TIMEOUT_MS,
};

/** What a listener is made from. */
export interface ListenerOptions {
  /** Whom to serve, how much, and how to name files. */
  readonly config: ServerConfig;
  /** The port; the listener closes it. */
  readonly port: ListeningPort;
  /** Who lets clients in; the listener closes it. */
  readonly reception: Reception;
  /** Where sessions are kept. */
  readonly roster: Roster;
  /** How many ERRORs may go to strangers. */
  readonly errorLimit: ErrorLimit;
  /** Where events go. */
  readonly report: Report;
  /** The key that stops the server from afar, if it may be. */
  readonly stopKey: StopKey | undefined;
  /** Called when somebody proved to have it. */
  readonly onStop: () => void;
  /** Called for every datagram. */
  readonly onActivity: () => void;
}

/** The listening port. */
export class Listener {
  readonly #options: ListenerOptions;
  /** Clients whose request is being looked into. */
  readonly #admitting = new Set<string>();
  readonly #gate: StopGate | undefined;
  #isTaking = true;

  /** Begins to listen. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    const { errorLimit, onStop, port, roster, stopKey } = options;
    this.#gate = stopKey && new StopGate({
      key: stopKey,
      send: (bytes, to) => port.send(bytes, to),
      mayAnswer: (hostname) => errorLimit.allows(hostname),
      countUploads: () => roster.countUnderWay(),
      onStop,
    });
    port.listen((bytes, from) => this.#onDatagram(bytes, from));
  }

  /**
   * Takes no more requests; sessions go on. Who stopped the server from afar
   * can still ask how far it is.
   */
  takeNoMore(): void {
    this.#isTaking = false;
    this.#options.reception.close();
    if (this.#gate === undefined) this.#options.port.close();
  }

  /** Says goodbye and closes the port. */
  async close(): Promise<void> {
    await this.#gate?.sayStopped();
    await this.#options.port.close();
  }

  #onDatagram(bytes: Uint8Array, from: Deno.NetAddr): void {
    const { config, onActivity, report } = this.#options;
    if (this.#gate?.take(bytes, from) || !this.#isTaking) return;
    onActivity();
    const packet = decodePacket(bytes);
    showPacket(report, { direction: "in", peer: from, packet, bytes });
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
    const meaning = known?.meaningOf(bytes);
    if (meaning === "repeat") return known?.repeatRequest(packet);
    if (meaning === "outdated") return;
    // A client that repeats itself very late must not find its own file in the
    // way.
    if (meaning === "saved" && config.onExists === "refuse") return;
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
    const claim: Claim = {
      request: bytes,
      superseded: known?.request,
      whenSuperseded: known?.supersede(),
    };
    this.#admitting.add(key);
    this.#admit(accepted, from, claim)
      .finally(() => this.#admitting.delete(key));
  }

  async #admit(
    accepted: Accepted,
    from: Deno.NetAddr,
    claim: Claim,
  ): Promise<void> {
    const refusal = await this.#options.reception
      .admit(accepted, from, claim);
    if (refusal === undefined) return;
    const { reply, reason } = refusal;
    this.#refuse(from, accepted.filename, reply, reason);
  }

  #refuse(
    to: Deno.NetAddr,
    filename: string | undefined,
    reply: ErrorPacket,
    reason = reply.message,
  ): void {
    const { errorLimit, port, report } = this.#options;
    if (!errorLimit.allows(to.hostname)) {
      report.add({ kind: "ignored", peer: to, reason: "too many errors" });
      return;
    }
    const bytes = encodePacket(reply);
    showPacket(report, { direction: "out", peer: to, packet: reply, bytes });
    port.send(bytes, to);
    report.add({ kind: "refused", peer: to, filename, reason });
  }
}
