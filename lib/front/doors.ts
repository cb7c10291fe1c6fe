/**
 * Opens the listening ports, and goes on to do so: addresses come and go while a
 * server runs.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { formatEndpoint } from "../policy/address.ts";
import { ALL_IPV4, ALL_IPV6, isLinkLocal } from "../policy/listening.ts";
import type { Report } from "../report/event.ts";
import type { Listeners } from "./listeners.ts";

/** A port that the system chose may be taken on the next address. */
const MAX_TRIES = 16;
/** An address of IPv6 can be used when the system knows that it is unique. */
const RETRY_MS = 1_000;

/** What ports are opened with. */
export interface DoorsOptions {
  /** Those that are open. */
  readonly listeners: Listeners;
  /** Where events go. */
  readonly report: Report;
  /** The time. */
  readonly clock: Clock;
  /** The port; 0 lets the system choose. */
  readonly port: number;
  /** The addresses that the operator named: without them there is no server. */
  readonly named: readonly string[];
  /** Opens a socket; Deno's, if it is left out. */
  readonly listen?: (hostname: string, port: number) => Deno.DatagramConn;
}

/** Why a port cannot be had. */
export interface ListenFailure {
  /** The name of Deno's error, as in `AddrInUse`. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** The local address. */
  readonly hostname: string;
}

/** Opens listening ports. */
export class Doors {
  readonly #options: DoorsOptions;
  #port: number;
  #wanted: readonly string[] = [];
  /** Those that somebody else has, as was told. */
  readonly #taken = new Set<string>();
  #cancelRetry: (() => void) | undefined;

  /** None is open yet. */
  constructor(options: DoorsOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#port;
  }

  /**
   * Opens the ports of a server that starts.
   *
   * @returns Why one cannot be had; all are closed again then.
   */
  async open(wanted: readonly string[]): Promise<ListenFailure | undefined> {
    this.#wanted = wanted;
    const { listeners, port } = this.#options;
    for (let tries = MAX_TRIES;; tries--) {
      const failure = this.#openFirst();
      if (failure === undefined) return undefined;
      for (const address of listeners.addresses) {
        await listeners.remove(address);
      }
      this.#port = port;
      const isTaken = failure.name === "AddrInUse";
      if (port !== 0 || !isTaken || tries === 1) return failure;
    }
  }

  /** Takes in that this machine has other addresses now. */
  async update(wanted: readonly string[]): Promise<void> {
    this.#wanted = wanted;
    const { listeners } = this.#options;
    for (const address of listeners.addresses) {
      if (wanted.includes(address)) continue;
      // One for all has to be gone before there can be one for each.
      await listeners.remove(address);
      this.#notice(address, (it) => `no longer listening on ${it}`);
    }
    this.#openMissing();
  }

  /** Opens no more. */
  stop(): void {
    this.#cancelRetry?.();
  }

  #openFirst(): ListenFailure | undefined {
    const { listeners, named } = this.#options;
    let missed: ListenFailure | undefined;
    for (const hostname of this.#wanted) {
      try {
        this.#listen(hostname);
      } catch (error) {
        const { name, message } = errorOf(error);
        // Few need a link's own address, and not all systems know it by number.
        const isOptional = name === "AddrNotAvailable" || isLinkLocal(hostname);
        const failure = { name, message, hostname };
        if (!isOptional || named.includes(hostname)) return failure;
        missed ??= failure;
      }
    }
    if (missed !== undefined && listeners.addresses.length === 0) return missed;
    if (missed !== undefined) this.#retryLater();
    return undefined;
  }

  #openMissing(): void {
    const { listeners } = this.#options;
    if (listeners.isClosed) return;
    const open = listeners.addresses;
    let isMissed = false;
    for (const address of this.#wanted) {
      if (open.includes(address)) continue;
      try {
        this.#listen(address);
        this.#taken.delete(address);
        this.#notice(address, (it) => `listening on ${it} as well`);
      } catch (error) {
        isMissed = true;
        this.#tellTaken(address, error);
      }
    }
    if (isMissed) this.#retryLater();
  }

  #tellTaken(address: string, error: unknown): void {
    const { name, message: reason } = errorOf(error);
    if (name === "AddrNotAvailable" || this.#taken.has(address)) return;
    this.#taken.add(address);
    const message = `cannot listen on ${this.#endpoint(address)}: ${reason}`;
    this.#options.report.add({ kind: "trouble", message });
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    const { clock } = this.#options;
    this.#cancelRetry = clock.after(RETRY_MS, () => this.#openMissing());
  }

  #listen(address: string): void {
    const { listen = listenOn, listeners } = this.#options;
    const socket = listen(address, this.#port);
    this.#port = (socket.addr as Deno.NetAddr).port;
    listeners.add(address, socket);
  }

  /** Each container that starts or ends has a link of its own: not of those. */
  #notice(address: string, write: (endpoint: string) => string): void {
    if (isLinkLocal(address)) return;
    const message = write(this.#endpoint(address));
    this.#options.report.add({ kind: "notice", message });
  }

  #endpoint(address: string): string {
    return formatEndpoint(address, this.#port);
  }
}

/** Where the system has no IPv6, all of it is all of IPv4. */
function listenOn(hostname: string, port: number): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({ transport: "udp", hostname, port });
  } catch (error) {
    const { AddrInUse, NotCapable, PermissionDenied } = Deno.errors;
    const isKnown = [AddrInUse, NotCapable, PermissionDenied]
      .some((it) => error instanceof it);
    if (hostname !== ALL_IPV6 || isKnown) throw error;
    return listenOn(ALL_IPV4, port);
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
