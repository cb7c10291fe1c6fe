/**
 * What probably happened to a client that fell silent.
 *
 * @module
 */

import { MTU_BLKSIZE } from "../protocol/options.ts";
import type { Diagnosis, Failed } from "./diagnosis.ts";

/** What fits a frame of Ethernet, tunnels included; every client takes it. */
const SAFE_BLKSIZE = 1_428;
/** What came again this often did so for want of an answer. */
const OFTEN = 2;
/** Hasty clients do not wait for much longer before they give up. */
const SLOW_DISK_MS = 1_000;
/** Where clients stop that count in 15 or 16 bits. */
const LAST_BLOCKS: ReadonlySet<number> = new Set([
  ...[32_767, 32_768, 65_535, 65_536],
]);
const MAX_BLOCK = 65_535;

/** What leads out where packets of one way get lost. */
export function letThrough({ isSinglePort }: Failed): string {
  return isSinglePort
    ? "let UDP from and to this server's port through firewalls and NAT"
    : "let UDP from and to all ports of this server through firewalls and " +
      "NAT, or start it with --single-port";
}

/** Whether a client waits for an answer, for the disk, or has not sent a block. */
export function isWaiting(
  { counts: { blocks, diskMs, stuck } }: Failed,
): boolean {
  return blocks === 0 || stuck >= OFTEN || diskMs >= SLOW_DISK_MS;
}

/** Finds out why nothing came any more. */
export function diagnoseSilence(failed: Failed): Diagnosis {
  const { blocks, repeatsIn } = failed.counts;
  // Later blocks may have come without the first one.
  return blocks === 0 && repeatsIn === 0
    ? diagnoseNoBlock(failed)
    : diagnoseStop(failed);
}

function diagnoseNoBlock(failed: Failed): Diagnosis {
  const { counts: { repeatsOut, requests }, blksize, options } = failed;
  // Not a request that came again before its answer can have arrived.
  if (repeatsOut >= OFTEN) {
    return so(
      `its request came ${requests + 1} times, so our answers` +
        `${failed.isSinglePort ? "" : ", which come from another port,"} do ` +
        "not reach it",
      letThrough(failed),
    );
  }
  if (options.includes("blksize") && blksize > MTU_BLKSIZE.ipv6) {
    return so(
      `blocks of ${blksize} bytes travel in fragments, and those got lost, ` +
        "or it has gone",
      `blksize ${SAFE_BLKSIZE} at the client, or --max-blksize mtu here`,
    );
  }
  return so(
    "its blocks do not reach the port that we answered from, or it has gone",
    letThrough(failed),
  );
}

function diagnoseStop(failed: Failed): Diagnosis {
  const { announcedBytes, blksize, counts } = failed;
  const { blocks, diskMs, stuck } = counts;
  if (LAST_BLOCKS.has(blocks)) {
    const needed = Math.ceil((announcedBytes ?? 0) / MAX_BLOCK);
    return so(
      `it cannot count beyond block ${blocks}`,
      `a blksize of ${Math.max(needed, SAFE_BLKSIZE)} or more at the client, ` +
        `for it had ${blksize}`,
    );
  }
  // Such a client has outlasted the disk.
  if (stuck >= OFTEN) {
    const verb = blocks === 1 ? "do not" : "no longer";
    return so(
      `block ${blocks} came ${stuck + 1} times, so our ACKs ${verb} reach it`,
      letThrough(failed),
    );
  }
  if (diskMs >= SLOW_DISK_MS) {
    const seconds = (diskMs / 1_000).toFixed(1);
    return so(
      `our disk took ${seconds} s for block ${blocks}, and it did not wait so ` +
        "long",
      "look at the disk and the system's log",
    );
  }
  return so(
    "it was switched off or interrupted, or its link went down",
    "look at the client, then send it again",
  );
}

/** So it was, and this leads out. */
export function so(
  cause: Diagnosis["cause"],
  advice: Diagnosis["advice"],
): Diagnosis {
  return { cause, advice };
}
