/**
 * What a server is to do, with every question answered.
 *
 * @module
 */

/** The resolved configuration of a server. */
export interface ServerConfig {
  /** Where uploads are stored. */
  readonly directory: string;
  /** The local IP address to listen on; `0.0.0.0` for all of IPv4. */
  readonly hostname: string;
  /** The UDP port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** The only address served, in its canonical spelling; if there is one. */
  readonly remoteip: string | undefined;
  /** Whether stored names end with the time. */
  readonly timestamp: boolean;
  /** Whether stored names begin with the client's address. */
  readonly ipstamp: boolean;
}

/** The wait before an answer is repeated, unless the client asks for another. */
export const DEFAULT_TIMEOUT_MS = 1_000;
/**
 * Without a block for this long an upload is given up. Devices that read slow
 * flash pause for many seconds.
 */
export const IDLE_MS = 60_000;
/** No upload takes longer: a day is 5 GB at 64 kB/s. */
export const DURATION_MS = 24 * 60 * 60 * 1_000;
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
export const TICK_MS = 20;
/** The shortest pause between two ERRORs to strangers on one socket. */
export const STRANGER_PAUSE_MS = 100;
