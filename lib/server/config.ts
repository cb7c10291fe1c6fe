/**
 * What a server is to do, with every question answered.
 *
 * @module
 */

import type { AdmissionLimits } from "../policy/admission.ts";
import type { MinFree } from "../storage/space.ts";

/** What happens to a file whose name is taken. */
export type OnExists = "replace" | "refuse" | "version";

/** The resolved configuration of a server. */
export interface ServerConfig extends AdmissionLimits {
  /** Where uploads are stored. */
  readonly directory: string;
  /** The local IP address to listen on; `0.0.0.0` for all of IPv4. */
  readonly hostname: string;
  /** The UDP port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** The only address served, in its canonical spelling; if there is one. */
  readonly remoteip: string | undefined;
  /** Whether clients are served that send from a port below 1024. */
  readonly servesLowPorts: boolean;
  /** Whether stored names end with the time. */
  readonly timestamp: boolean;
  /** Whether stored names begin with the client's address. */
  readonly ipstamp: boolean;
  /** Whether files are on disk before the last ACK is sent. */
  readonly isSynced: boolean;
  /** What happens to a file whose name is taken. */
  readonly onExists: OnExists;
  /** How much of the disk stays free. */
  readonly minFree: MinFree;
  /** How long a client may be silent, milliseconds. */
  readonly idleMs: number;
  /** How long an upload may take in all, milliseconds. */
  readonly durationMs: number;
}

/** What holds unless the operator says otherwise. */
export const DEFAULT_CONFIG: ServerConfig = {
  directory: ".",
  hostname: "0.0.0.0",
  port: 69,
  remoteip: undefined,
  servesLowPorts: false,
  timestamp: false,
  ipstamp: false,
  isSynced: true,
  // As the original program, but whole and in one step.
  onExists: "replace",
  maxBytes: Infinity,
  minFree: { kind: "default" },
  // Two descriptors each: within reach of common limits, beyond common needs.
  maxTransfers: 10_000,
  // A whole site may share one address.
  maxPerClient: 10_000,
  // Devices that read slow flash pause for many seconds.
  idleMs: 60_000,
  // 5 GB at 64 kB/s.
  durationMs: 24 * 60 * 60 * 1_000,
};

/**
 * The wait before an answer is repeated, unless the client asks for another or
 * is known to be faster.
 */
export const DEFAULT_TIMEOUT_MS = 1_000;
/** The shortest such wait: below, timers and schedulers blur what is late. */
export const MIN_TIMEOUT_MS = 30;
/**
 * The receive buffer Linux gives a socket (net.core.rmem_default). Deno can
 * neither read nor enlarge it; other systems give no less.
 */
export const RECEIVE_BUFFER_BYTES = 212_992;
/** How long running uploads may go on once the server is asked to stop. */
export const GRACE_MS = 30_000;
/**
 * How long a stopping server still answers a client whose file is saved, or
 * waits for one that has not sent a block.
 */
export const STOPPING_LINGER_MS = 1_000;
/** After this long without an upload or a datagram the server says so. */
export const IDLE_NOTICE_MS = 10_100;
/** How fine timeouts are measured. */
export const TICK_MS = 10;
