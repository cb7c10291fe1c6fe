/**
 * The server that is put to the test: the real transfer machine, and a driver
 * without flaws. Both can be replaced by worse ones.
 *
 * @module
 */

import {
  evict,
  expire,
  fail,
  open,
  receive,
  supersede,
} from "../../lib/protocol/transfer.ts";

/** The verbs of `lib/protocol/transfer.ts`. */
export interface Machine {
  /** Answers a request. */
  readonly open: typeof open;
  /** Takes in a packet. */
  readonly receive: typeof receive;
  /** Does what time demands. */
  readonly expire: typeof expire;
  /** Ends an upload for a reason of the server's. */
  readonly fail: typeof fail;
  /** Ends an upload because its client began another one. */
  readonly supersede: typeof supersede;
  /** Ends an upload because another one is worth more. */
  readonly evict: typeof evict;
}

/** What a careless driver would do. */
export interface Flaws {
  /** It tells `fail` the transfer as it is after the step. */
  readonly failsAfterStep: boolean;
  /** It takes in packets from anybody. */
  readonly trustsStrangers: boolean;
  /** It takes a repeated request for a new one. */
  readonly restartsOnRepeat: boolean;
  /** It does not look at what `fsync` says. */
  readonly ignoresSyncFault: boolean;
  /** It writes into the old file. */
  readonly writesInPlace: boolean;
  /** It saves the file as soon as it has the bytes announced. */
  readonly commitsAtTsize: boolean;
}

/** A machine and its driver. */
export interface Server {
  /** The transfer machine. */
  readonly machine: Machine;
  /** What is wrong with the driver. */
  readonly flaws: Flaws;
}

/** The server as it is. */
export const REAL: Server = {
  machine: { open, receive, expire, fail, supersede, evict },
  flaws: {
    failsAfterStep: false,
    trustsStrangers: false,
    restartsOnRepeat: false,
    ignoresSyncFault: false,
    writesInPlace: false,
    commitsAtTsize: false,
  },
};
