/**
 * What probably happened to an upload that failed, and what to try: from what was
 * seen of its packets, and nothing else.
 *
 * @module
 */

import type { Counts } from "../protocol/counts.ts";
import { DEFAULT_BLKSIZE, MTU_BLKSIZE } from "../protocol/options.ts";
import { ErrorCode } from "../protocol/packet.ts";
import type { Failure } from "../protocol/transfer_state.ts";

/** What is known of an upload that failed. */
export interface Failed {
  /** Why it ended. */
  readonly why: Failure;
  /** What was counted of its packets. */
  readonly counts: Counts;
  /** Bytes received in order. */
  readonly bytes: number;
  /** The announced size, bytes. */
  readonly announcedBytes: number | undefined;
  /** Bytes of a block, as granted. */
  readonly blksize: number;
  /** The options that were granted. */
  readonly options: readonly string[];
  /** The code of the ERROR that the client was sent, if it was sent one. */
  readonly code: number | undefined;
  /** Whether storage is to blame. */
  readonly isStorage: boolean;
}

/** What leads out. */
export interface Diagnosis {
  /** What probably happened; `undefined` if the failure itself says it. */
  readonly cause: string | undefined;
  /** What to try; `undefined` if there is nothing to be done. */
  readonly advice: string | undefined;
}

/** What fits a frame of Ethernet, tunnels included; every client takes it. */
const SAFE_BLKSIZE = 1_428;
/** A block that came again this often did so for want of an ACK. */
const OFTEN = 2;
/** Where clients stop that count in 15 or 16 bits. */
const LAST_BLOCKS: ReadonlySet<number> = new Set([
  ...[32_767, 32_768, 65_535, 65_536],
]);
const MAX_BLOCK = 65_535;
const LET_THROUGH =
  "let UDP from and to all ports of this server through firewalls and NAT";

/**
 * Finds out what probably happened.
 *
 * @param failed What is known of the upload.
 */
export function diagnose(failed: Failed): Diagnosis {
  const { why } = failed;
  switch (why.kind) {
    case "silent":
      return failed.counts.blocks === 0
        ? diagnoseNoBlock(failed)
        : diagnoseStop(failed);
    case "too-long":
      return so(
        "the way is slow, or it waits between blocks",
        "a larger blksize or windowsize at the client, or --max-duration",
      );
    case "too-large":
      return so(undefined, "raise --max-size");
    case "numbered-from-zero":
      return so("its firmware breaks RFC 1350", "update it, or use another");
    case "oversize-block":
      return diagnoseOversize(failed);
    case "two-first-blocks":
      return so(
        "it took our repeated answer for leave to go on, as curl does",
        "send it again",
      );
    case "two-rollovers":
      return so(
        "its firmware counts beyond block 65535 in two ways",
        "a larger blksize at the client, or --ignore-option rollover",
      );
    case "incomplete":
      return diagnoseIncomplete(failed);
    case "client-error":
      return diagnoseClientError(failed, why.code);
    case "superseded":
      return so("it has begun anew", undefined);
    case "evicted":
      return so(
        "there are more requests than places",
        'raise --max-transfers and "ulimit -n" if they are real',
      );
    case "server":
      return diagnoseServer(failed);
  }
}

function diagnoseNoBlock(
  { counts: { requests }, blksize, options }: Failed,
): Diagnosis {
  if (requests >= OFTEN) {
    return so(
      `its request came ${requests + 1} times, so our answers, which come ` +
        "from another port, do not reach it",
      LET_THROUGH,
    );
  }
  if (options.includes("blksize") && blksize > MTU_BLKSIZE.ipv6) {
    return so(
      `blocks of ${blksize} bytes travel in fragments, and those got lost`,
      `blksize ${SAFE_BLKSIZE} at the client, or --max-blksize mtu here`,
    );
  }
  return so(
    "its blocks do not reach the port that we answered from, or it has gone",
    LET_THROUGH,
  );
}

function diagnoseStop(
  { announcedBytes, blksize, counts }: Failed,
): Diagnosis {
  const { blocks, stuck } = counts;
  if (LAST_BLOCKS.has(blocks)) {
    const needed = Math.ceil((announcedBytes ?? 0) / MAX_BLOCK);
    return so(
      `it cannot count beyond block ${blocks}`,
      `a blksize of ${Math.max(needed, SAFE_BLKSIZE)} or more at the client, ` +
        `for it had ${blksize}`,
    );
  }
  if (stuck >= OFTEN) {
    const verb = blocks === 1 ? "do not" : "no longer";
    return so(
      `block ${blocks} came ${stuck + 1} times, so our ACKs ${verb} reach it`,
      LET_THROUGH,
    );
  }
  return so(
    "it was switched off or interrupted, or its link went down",
    "look at the client, then send it again",
  );
}

function diagnoseOversize(
  { blksize, options }: Failed,
): Diagnosis {
  return options.includes("blksize")
    ? so(
      `it ignores our OACK, which says blksize ${blksize}`,
      "--ignore-option blksize",
    )
    : so(
      `it sends larger blocks than ${blksize} without asking`,
      `set its blksize to ${blksize}`,
    );
}

function diagnoseIncomplete(
  { blksize, bytes, options }: Failed,
): Diagnosis {
  return bytes === DEFAULT_BLKSIZE && blksize > DEFAULT_BLKSIZE
    ? so(
      `it ignores our OACK, which says blksize ${blksize}`,
      `--ignore-option ${options.join(" --ignore-option ")}`,
    )
    : so(
      "the file changed while it was sent, or the client announced another size",
      "send it again; if that does not help, --ignore-option tsize",
    );
}

function diagnoseClientError(
  { counts: { blocks }, options }: Failed,
  code: number,
): Diagnosis {
  if (code === ErrorCode.UNKNOWN_TRANSFER_ID) {
    return so(
      "it does not know our port: a NAT between changes it, or it has ended",
      LET_THROUGH,
    );
  }
  if (blocks === 0 && options.length > 0) {
    return so(
      `it does not take what it was granted: ${options.join(", ")}`,
      `--ignore-option ${options.join(" --ignore-option ")}`,
    );
  }
  return so(
    "the client gave up by itself",
    "its own log or screen tells more; send it again",
  );
}

function diagnoseServer(
  { announcedBytes, bytes, code, isStorage }: Failed,
): Diagnosis {
  switch (code) {
    case ErrorCode.DISK_FULL: {
      const missing = (announcedBytes ?? 0) - bytes;
      return so(
        undefined,
        missing > 0
          ? `make room for ${missing} bytes more, or lower --min-free`
          : "make room, or lower --min-free",
      );
    }
    case ErrorCode.FILE_EXISTS:
      return so(
        "another file of this name came first",
        "another name, or --on-exists version",
      );
    case ErrorCode.ACCESS_VIOLATION:
      return so(
        "the upload directory cannot be used",
        "look at its owner, its rights and what is mounted there",
      );
    default:
      return isStorage
        ? so("the disk is broken", "look at the disk and the system's log")
        : so(undefined, "send it again when the server is back");
  }
}

function so(
  cause: string | undefined,
  advice: string | undefined,
): Diagnosis {
  return { cause, advice };
}
