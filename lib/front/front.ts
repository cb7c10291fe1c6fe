/**
 * The front desk: looks at every datagram of the listening ports once and keeps
 * account of the uploads, from its beginning to its end. It has no file and waits
 * for nobody.
 *
 * @module
 */

import { ignoreSource, maySend } from "../policy/access.ts";
import type { Peer } from "../policy/address.ts";
import { mayAsk, noStrangers } from "../policy/strangers.ts";
import { tellDenied } from "../socket.ts";
import type { StopKey } from "../stop_key.ts";
import { Crew, type CrewOptions } from "./crew.ts";
import { Ending } from "./ending.ts";
import { StopGate } from "./gate.ts";
import { type Awaited, Lines } from "./lines.ts";
import { Listeners, type SendFrom } from "./listeners.ts";
import type { Received } from "./reader.ts";
import { Uploads, type UploadsOptions } from "./uploads.ts";

/** How long running uploads may go on once the server is asked to stop. */
export const GRACE_MS = 30_000;

/** What the front works with. */
export interface FrontOptions
  extends Omit<UploadsOptions, "crew" | "send">, Omit<CrewOptions, "onNews"> {
  /** The key that stops the server from afar, if it may be. */
  readonly key?: StopKey | undefined;
  /** What uploads that share the ports wait for; promises, if it is left out. */
  readonly newAwaited?: () => Awaited;
}

/** The front desk. */
export class Front {
  /** The listening ports; the front closes them. */
  readonly listeners: Listeners;
  /** What uploads have for sockets where they share these ports. */
  readonly lines: Lines | undefined;
  /** The transfer threads. */
  readonly crew: Crew;
  /** What becomes of requests. */
  readonly uploads: Uploads;
  readonly #options: FrontOptions;
  readonly #gate: StopGate | undefined;
  readonly #ending: Ending;
  /** Those who may not send, and have asked. */
  readonly #outsiders = noStrangers();
  /** Requests that were dropped since that was last told. */
  #unread = 0;

  /** Ports to listen on and a thread have to be added. */
  constructor(options: FrontOptions) {
    const { clock, key, maxThreads, onWantThread, report, rules } = options;
    const send: SendFrom = (...it) => this.listeners.send(...it);
    this.#options = options;
    this.#ending = new Ending({
      ...{ clock, report, onEnded: options.onEnded },
      stopAll: () => this.crew.orderAll({ kind: "stop" }),
    });
    this.crew = new Crew({
      ...{ maxThreads, onWantThread },
      onNews: (news) => this.uploads.onNews(news),
    });
    this.uploads = new Uploads({
      ...{ ...options, crew: this.crew, send },
      onEnded: () => this.#ending.end(),
    });
    this.#gate = key && new StopGate({
      ...{ key, clock, send },
      countUploads: () => this.uploads.underWay,
      onStop: () => this.drain(),
    });
    const lines = rules.isSinglePort
      ? new Lines(send, options.newAwaited)
      : undefined;
    this.lines = lines;
    this.listeners = new Listeners({
      clock,
      take: lines && ((...it) => lines.take(...it)),
      isWanted: (from) => this.#isWanted(from),
      onOverflow: () => this.#unread++,
      onSlice: (slice, to) => this.#onSlice(slice, to),
      onSendError: tellDenied((message) =>
        report.add({ kind: "trouble", message })
      ),
    });
  }

  /**
   * Takes no more requests and lets running uploads end; those that take longer
   * than the grace period are given up.
   */
  drain(graceMs: number = GRACE_MS): void {
    if (this.uploads.isClosed) return;
    const { report } = this.#options;
    report.add({ kind: "stopping", uploads: this.uploads.underWay });
    this.#ending.begin(graceMs);
    this.#takeNoMore();
  }

  /** Ends at once: running uploads fail and leave nothing. */
  stop(): void {
    this.#ending.hurry();
    this.#takeNoMore();
  }

  /** Says goodbye and closes the ports. */
  async close(): Promise<void> {
    await this.#gate?.sayStopped();
    await this.listeners.close();
    this.#options.report.add({ kind: "stopped" });
  }

  #takeNoMore(): void {
    // Who stopped the server from afar can still ask how far it is.
    const isNeeded = this.#gate !== undefined || this.lines !== undefined;
    if (!isNeeded) this.listeners.close();
    this.uploads.close();
  }

  #isWanted({ hostname, port }: Peer): boolean {
    const { clock, report, rules } = this.#options;
    const from = { hostname, port };
    if (maySend(hostname, rules)) {
      const isWanted = this.uploads.isWorthALook(from);
      if (!isWanted) this.#unread++;
      return isWanted;
    }
    // They take nothing of what is served at once; but it may be the one who
    // stops the server.
    if (mayAsk(this.#outsiders, from, clock.now())) return true;
    const reason = ignoreSource(from, rules) ?? "";
    report.add({ kind: "denied", peer: from, reason });
    return false;
  }

  #onSlice(slice: readonly Received[], to: string): void {
    for (const { bytes, from } of slice) {
      if (this.#gate?.take(bytes, from, to) || this.uploads.isClosed) continue;
      this.uploads.onDatagram(bytes, from, to);
    }
    this.crew.flush();
    if (this.#unread === 0) return;
    this.#options.report.add({ kind: "unread", requests: this.#unread });
    this.#unread = 0;
  }
}
