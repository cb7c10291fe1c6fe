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

/** A port that cannot be had. */
export class ListenError extends Error {
  /** The name of what Deno threw, as in `AddrInUse`. */
  override readonly name: string;
  /** The local address. */
  readonly hostname: string;

  /** Takes over the name and the message of what Deno threw. */
  constructor(hostname: string, cause: unknown) {
    const isError = cause instanceof Error;
    super(isError ? cause.message : String(cause), { cause });
    this.name = isError ? cause.name : "Error";
    this.hostname = hostname;
  }
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
   * @throws {ListenError} If one cannot be had; all are closed again then.
   */
  async open(wanted: readonly string[]): Promise<void> {
    this.#wanted = wanted;
    for (let tries = MAX_TRIES;; tries--) {
      try {
        return this.#openFirst();
      } catch (error) {
        const { listeners, port } = this.#options;
        for (const address of listeners.addresses) {
          await listeners.remove(address);
        }
        this.#port = port;
        const isTaken = (error as Error).name === "AddrInUse";
        if (port !== 0 || !isTaken || tries === 1) throw error;
      }
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
      this.#notice(
        address,
        `no longer listening on ${this.#endpoint(address)}`,
      );
    }
    this.#openMissing();
  }

  /** Opens no more. */
  stop(): void {
    this.#cancelRetry?.();
  }

  #openFirst(): void {
    const { listeners, named } = this.#options;
    const missed: ListenError[] = [];
    for (const address of this.#wanted) {
      try {
        this.#listen(address);
      } catch (error) {
        const failed = new ListenError(address, error);
        // Few need a link's own address, and not all systems know it by number.
        const isOptional = failed.name === "AddrNotAvailable" ||
          isLinkLocal(address);
        if (!isOptional || named.includes(address)) throw failed;
        missed.push(failed);
      }
    }
    const [first] = missed;
    if (first !== undefined && listeners.addresses.length === 0) throw first;
    if (first !== undefined) this.#retryLater();
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
        this.#notice(
          address,
          `listening on ${this.#endpoint(address)} as well`,
        );
      } catch (error) {
        isMissed = true;
        this.#tellTaken(address, error);
      }
    }
    if (isMissed) this.#retryLater();
  }

  #tellTaken(address: string, error: unknown): void {
    const isGone = error instanceof Deno.errors.AddrNotAvailable;
    if (isGone || this.#taken.has(address)) return;
    this.#taken.add(address);
    const reason = error instanceof Error ? error.message : String(error);
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
  #notice(address: string, message: string): void {
    if (isLinkLocal(address)) return;
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
    const isTried = hostname !== ALL_IPV6 ||
      error instanceof Deno.errors.AddrInUse ||
      error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotCapable;
    if (isTried) throw error;
    const transport = "udp";
    return Deno.listenDatagram({ transport, hostname: ALL_IPV4, port });
  }
}
