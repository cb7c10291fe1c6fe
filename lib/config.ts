/**
 * What a server is to do, with every question answered.
 *
 * @module
 */

import type { AccessRules } from "./policy/access.ts";
import type { AdmissionLimits } from "./policy/admission.ts";
import type { NamingRules } from "./policy/naming.ts";
import {
  MAX_BLKSIZE,
  MAX_WINDOWSIZE,
  type NegotiationLimits,
} from "./protocol/options.ts";

/** What is kept and measured beside the log. */
export interface RecordConfig {
  /** The file that gets a receipt of every upload, if that is wanted. */
  readonly receipts: string | undefined;
  /** Where Prometheus may ask, if it may. */
  readonly metrics: MetricsAddress | undefined;
}

/** A local TCP address. */
export interface MetricsAddress {
  /** The IP address. */
  readonly hostname: string;
  /** The port; 0 lets the system choose. */
  readonly port: number;
}

/** How much of the disk stays free, whatever clients send. */
export type MinFree =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "percent"; readonly percent: number }
  /** 256 MiB, or a hundredth of a smaller disk. */
  | { readonly kind: "default" };

/**
 * What becomes of text that comes as netascii: it is kept as it is on the wire,
 * or gets the line ends of Unix.
 */
export type NetasciiRule = "keep" | "convert";

/** How it is printed: with the local time, without, or for programs. */
export type LogFormat = "text" | "plain" | "json";

/** How much is printed: serious errors, uploads, packets. */
export type Verbosity = 0 | 1 | 2;

/** What the operator wants of the log. */
export interface LogConfig {
  /** How much is printed. */
  readonly verbosity: Verbosity;
  /** How it is printed. */
  readonly logFormat: LogFormat;
  /** Whether a terminal shows the running uploads below the log. */
  readonly showsProgress: boolean;
}

/** The resolved configuration of a server. */
export interface ServerConfig
  extends AccessRules, AdmissionLimits, LogConfig, NamingRules, RecordConfig {
  /** Where uploads are stored. */
  readonly directory: string;
  /** The local IP addresses to listen on; none for all. */
  readonly hostnames: readonly string[];
  /** Whether uploads share the listening port, and have none of their own. */
  readonly isSinglePort: boolean;
  /** The UDP port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** What becomes of text that comes as netascii. */
  readonly netascii: NetasciiRule;
  /** The largest block granted, bytes, or what fits a frame of Ethernet. */
  readonly maxBlksize: number | "mtu";
  /** The largest window granted, blocks. */
  readonly maxWindowsize: number;
  /** Options that are treated as unknown, in lower case. */
  readonly ignoredOptions: readonly string[];
  /** Whether files are on disk before the last ACK is sent. */
  readonly isSynced: boolean;
  /** How much of the disk stays free. */
  readonly minFree: MinFree;
  /** The most memory for the buffers of all uploads, bytes. */
  readonly maxBufferBytes: number;
  /**
   * How long a client may be silent, milliseconds; `undefined` for a minute, or
   * longer where the client asked for it.
   */
  readonly idleMs: number | undefined;
  /** How long an upload may take in all, milliseconds. */
  readonly durationMs: number;
  /**
   * The most threads that uploads are spread over; `undefined` for one fewer
   * than there are processors.
   */
  readonly threads: number | undefined;
}

/** What may be granted to a client. */
export const NEGOTIATION: NegotiationLimits = {
  maxBlksize: MAX_BLKSIZE,
  maxWindowsize: MAX_WINDOWSIZE,
  ignoredOptions: [],
  // What Linux gives a socket (net.core.rmem_default). Deno can neither read nor
  // enlarge it; other systems give no less.
  receiveBufferBytes: 212_992,
  // Before an answer is repeated, unless the client asks for another or is known
  // to be faster.
  timeoutMs: 1_000,
};
