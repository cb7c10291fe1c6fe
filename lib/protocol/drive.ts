/**
 * A transfer and what is still to be done for it: the pure half of a session.
 *
 * A step of the machine is a list of actions. Most are done at once, but storage
 * may take its time. Until it is done the transfer's clock stands still and no
 * packet is taken in, so that a slow disk never counts as a silent client; and
 * what somebody else wants of the transfer waits. If storage fails, what is left
 * of the step is dropped and the transfer fails as it was before the step, so
 * that no ACK is ever sent for what was not stored.
 *
 *     start, receivePacket, passTime, ask -> the next step
 *     hold -> proceed | breakOff          -> the rest of it
 *     grantWish                           -> the step after it, if one waits
 *
 * A drive that is held comes back as it is: its actions are the rest, and nobody
 * may perform them yet.
 *
 * @module
 */

import { ErrorCode, type Packet } from "./packet.ts";
import type { TransferTerms } from "./terms.ts";
import type { Machine } from "./transfer.ts";
import type { Action, Reply, Step, Transfer } from "./transfer_state.ts";

/**
 * What somebody else wants of a transfer.
 *
 * - `supersede`: its client asked for another upload from the same port.
 * - `stop`: the server stops.
 * - `evict`: it has failed, and others need its place.
 * - `fail`: there is nowhere to store it.
 */
export type Wish = "supersede" | "stop" | "evict" | "fail";

/** What clients are told while there is nowhere to store their files. */
export const UNAVAILABLE: Fault = {
  code: ErrorCode.ACCESS_VIOLATION,
  message: "upload directory is not available",
};

/** Why storage failed, in words for the client. */
export interface Fault {
  /** The error code of the ERROR. */
  readonly code: number;
  /** Its text. */
  readonly message: string;
}

/** A transfer and what is still to be done for it. */
export interface Drive {
  /** The transfer as it is once all actions are performed. */
  readonly transfer: Transfer;
  /** To be performed strictly in this order. */
  readonly actions: readonly Action[];
  /** The transfer that fails if storage fails: as it was before the step. */
  readonly before: Transfer;
  /** When the wait for storage began; `undefined` while there is none. */
  readonly heldAt: number | undefined;
  /** How long the clock has stood still before, milliseconds. */
  readonly heldMs: number;
  /** What waits until storage is done. */
  readonly wish: Wish | undefined;
}

/** Answers a request. */
export function start(
  machine: Machine,
  terms: TransferTerms,
  reply: Reply,
  now: number,
): Drive {
  const { transfer, actions } = machine.open(terms, reply, now);
  return {
    transfer,
    actions,
    before: transfer,
    heldAt: undefined,
    heldMs: 0,
    wish: undefined,
  };
}

/**
 * Takes in a packet of the peer. A request that is repeated while storage is
 * waited for is not answered, for the answer to the block will do.
 */
export function receivePacket(
  machine: Machine,
  drive: Drive,
  packet: Packet,
  now: number,
): Drive {
  const { heldAt, heldMs, transfer } = drive;
  return heldAt === undefined
    ? next(drive, machine.receive(transfer, packet, now - heldMs))
    : drive;
}

/** Does what the passing of time demands. */
export function passTime(machine: Machine, drive: Drive, now: number): Drive {
  const { heldAt, heldMs, transfer } = drive;
  return heldAt === undefined
    ? next(drive, machine.expire(transfer, now - heldMs))
    : drive;
}

/**
 * Asks for the end of the transfer. While storage is waited for the wish waits
 * too; that of a server that stops takes the place of another one.
 */
export function ask(
  machine: Machine,
  drive: Drive,
  wish: Wish,
  now: number,
): Drive {
  if (drive.heldAt === undefined) return grant(machine, drive, wish, now);
  return { ...drive, wish: drive.wish === "stop" ? "stop" : wish };
}

/**
 * Has a transfer go that is worth least to a full server: one that ended, or one
 * whose peer sent no block.
 *
 * @returns `undefined` if the transfer is worth more than that.
 */
export function yieldPlace(
  machine: Machine,
  drive: Drive,
): Drive | undefined {
  const { heldAt, transfer: { phase }, wish } = drive;
  if (heldAt === undefined) {
    return phase === "receiving"
      ? undefined
      : next(drive, machine.evict(drive.transfer));
  }
  // Its file is being removed; one that is being saved stays.
  return phase === "failed" || phase === "closed"
    ? { ...drive, wish: wish ?? "evict" }
    : undefined;
}

/** Notes that an action takes its time. */
export function hold(
  drive: Drive,
  rest: readonly Action[],
  now: number,
): Drive {
  return { ...drive, actions: rest, heldAt: now };
}

/** Goes on with the actions that are left. */
export function proceed(drive: Drive, now: number): Drive {
  const { heldAt = now, heldMs } = drive;
  return { ...drive, heldAt: undefined, heldMs: heldMs + now - heldAt };
}

/** Fails the transfer because storage failed. */
export function breakOff(
  machine: Machine,
  drive: Drive,
  { code, message }: Fault,
  now: number,
): Drive {
  const went = proceed(drive, now);
  return next(
    went,
    machine.fail(drive.before, code, message, now - went.heldMs),
  );
}

/**
 * Grants what waited, once all actions are performed.
 *
 * @param drive A drive whose actions are performed.
 * @returns The next step; `undefined` if nothing waited.
 */
export function grantWish(
  machine: Machine,
  drive: Drive,
  now: number,
): Drive | undefined {
  return drive.wish === undefined
    ? undefined
    : grant(machine, { ...drive, wish: undefined }, drive.wish, now);
}

/**
 * When {@linkcode passTime} is due.
 *
 * @returns Infinite while storage is waited for, and when all is over.
 */
export function deadlineOf({ transfer, heldAt, heldMs }: Drive): number {
  return heldAt === undefined ? transfer.deadline + heldMs : Infinity;
}

function grant(machine: Machine, drive: Drive, wish: Wish, now: number): Drive {
  const { transfer, heldMs } = drive;
  switch (wish) {
    case "supersede":
      return next(drive, machine.supersede(transfer));
    case "evict":
      return next(drive, machine.evict(transfer));
    case "fail": {
      const { code, message } = UNAVAILABLE;
      const at = now - heldMs;
      return next(drive, machine.fail(transfer, code, message, at));
    }
    case "stop": {
      const { NOT_DEFINED } = ErrorCode;
      const message = "server is shutting down";
      const failed = machine
        .fail(transfer, NOT_DEFINED, message, now - heldMs);
      // Nobody stays to repeat the ERROR.
      const gone = machine.evict(failed.transfer);
      return next(drive, {
        transfer: gone.transfer,
        actions: [...failed.actions, ...gone.actions],
      });
    }
  }
}

function next(drive: Drive, { transfer, actions }: Step): Drive {
  return { ...drive, transfer, actions, before: drive.transfer };
}
