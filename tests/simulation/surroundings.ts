/**
 * What the parts of the server's model know of their world.
 *
 * @module
 */

import type { Accepted } from "../../lib/protocol/request.ts";
import type { Address } from "./address.ts";
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Server } from "./machine.ts";
import type { Network } from "./network.ts";
import type { LimitPlan } from "./scenario.ts";
import type { SessionModel } from "./session_model.ts";
import type { Witness } from "./witness.ts";

/** What the parts of a server's model share. */
export interface Surroundings {
  /** The time. */
  readonly clock: Clock;
  /** The network. */
  readonly network: Network;
  /** The disk. */
  readonly disk: Disk;
  /** The machine, and what is wrong with the driver. */
  readonly server: Server;
  /** What is let in. */
  readonly limits: LimitPlan;
  /** Who watches. */
  readonly witness: Witness;
  /** How many blocks count as received before the first. */
  readonly skippedBlocks: (peer: Address) => number;
}

/** What a session is made from. */
export interface SessionPlan {
  /** The client. */
  readonly peer: Address;
  /** The port to answer from. */
  readonly port: number;
  /** The bytes of the request. */
  readonly request: Uint8Array;
  /** The request this one took the place of, if there was one. */
  readonly superseded: Uint8Array | undefined;
  /** What was made of it. */
  readonly accepted: Accepted;
  /** Called when all is over. */
  readonly onClosed: (session: SessionModel) => void;
  /** Called when the upload has ended and only repetitions may follow. */
  readonly onEnded: (session: SessionModel) => void;
}
