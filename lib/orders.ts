/**
 * What the command line asks for besides a server's configuration.
 *
 * @module
 */

import type { Mode } from "./protocol/request.ts";

/** What is waited for. */
export interface WaitOrder {
  /** How many files; `undefined` for any number. */
  readonly count: number | undefined;
  /** The file with whose uploads have to come, if there is one. */
  readonly expectFile: string | undefined;
  /** How long, milliseconds; `undefined` for ever. */
  readonly withinMs: number | undefined;
}

/** What is to be sent, where to and how. */
export interface PutOrder {
  /** The files; `-` is the standard input. */
  readonly files: readonly string[];
  /** The server's name or address. */
  readonly host: string;
  /** The port it listens on. */
  readonly port: number;
  /** The name at the server; the file's own if it is left out. */
  readonly name: string | undefined;
  /** How a file is sent. */
  readonly mode: Mode;
  /** The block size to ask for. */
  readonly blksize: number;
  /** The window to ask for. */
  readonly windowsize: number;
  /** How long the server may be silent, milliseconds. */
  readonly silenceMs: number;
}

/** Which server to stop. */
export interface StopOrder {
  /** Its address. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** The file with the key. */
  readonly stopKeyFile: string;
}

/** What to verify. */
export interface VerifyOrder {
  /** The file of receipts. */
  readonly receipts: string;
  /** Where the files are. */
  readonly directory: string;
}
