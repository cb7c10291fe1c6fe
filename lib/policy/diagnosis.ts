/**
 * What probably happened to an upload that failed, and what to try: from what was
 * seen of its packets, and nothing else.
 *
 * @module
 */

import type { Counts } from "../protocol/counts.ts";
import { DEFAULT_BLKSIZE } from "../protocol/options.ts";
import { ErrorCode } from "../protocol/packet.ts";
import type { Failure } from "../protocol/transfer_state.ts";
import { diagnoseSilence, isWaiting, letThrough, so } from "./silence.ts";

/** What is known of an upload that failed. */
export interface Failed {
  /** Why it ended. */
  readonly why: Failure;
  /** What was counted of its packets. */
  readonly counts: Counts;
  /** Bytes received in order. */
  readonly bytes: number;
  /** How long it took, from the answer to the request to its end. */
  readonly seconds: number;
  /** The announced size, bytes. */
  readonly announcedBytes: number | undefined;
  /** Bytes of a block, as granted. */
  readonly blksize: number;
  /** The options that were granted. */
  readonly options: readonly string[];
  /** The code of the ERROR that the client was sent, if it was sent one. */
  readonly code: number | undefined;
  /** Whether it shared the listening port. */
  readonly isSinglePort: boolean;
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

/** Who does not like the answer to his request says so within this time. */
const AT_ONCE_SECONDS = 1;
/** What clients say that gave up waiting. */
const TIMEOUT = /time(d)?[ -]?out/i;
/** What became of curl when its request was answered twice. */
const READS_ON: Diagnosis = {
  cause: "it took our repeated answer for leave to go on, as curl does",
  advice: "send it again",
};

/** Finds out what probably happened. */
export function diagnose(failed: Failed): Diagnosis {
  const { why } = failed;
  switch (why.kind) {
    case "silent":
      return diagnoseSilence(failed);
    case "too-long":
      return isWaiting(failed) ? diagnoseSilence(failed) : so(
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
      return READS_ON;
    case "two-rollovers":
      return so(
        "its firmware counts beyond block 65535 in two ways",
        "a larger blksize at the client, or --ignore-option rollover",
      );
    case "incomplete":
      return diagnoseIncomplete(failed);
    case "client-error":
      return diagnoseClientError(failed, why);
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

function diagnoseOversize({ blksize, options }: Failed): Diagnosis {
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
  { blksize, bytes, announcedBytes = bytes, counts, options }: Failed,
): Diagnosis {
  if (bytes === DEFAULT_BLKSIZE && blksize > DEFAULT_BLKSIZE) {
    return so(
      `it ignores our OACK, which says blksize ${blksize}`,
      `--ignore-option ${options.join(" --ignore-option ")}`,
    );
  }
  const isAnsweredAgain = counts.requests > 0 && counts.repeatsOut > 0;
  return isAnsweredAgain && (announcedBytes - bytes) % blksize === 0
    ? READS_ON
    : so(
      "the file changed while it was sent, or the client announced another size",
      "send it again; if that does not help, --ignore-option tsize",
    );
}

function diagnoseClientError(
  failed: Failed,
  { code, message }: Extract<Failure, { kind: "client-error" }>,
): Diagnosis {
  const { counts: { blocks }, options, seconds } = failed;
  if (code === ErrorCode.UNKNOWN_TRANSFER_ID) {
    return so(
      "it does not know our port: a NAT between changes it, or it has ended",
      letThrough(failed),
    );
  }
  if (TIMEOUT.test(message)) {
    return isWaiting(failed) ? diagnoseSilence(failed) : so(
      `it waited in vain behind block ${blocks}: packets get lost on the way`,
      "look at the network between, then send it again",
    );
  }
  const isAtOnce = seconds < AT_ONCE_SECONDS;
  const isNo = isAtOnce || code === ErrorCode.OPTION_REFUSED ||
    code === ErrorCode.ILLEGAL_OPERATION;
  if (blocks === 0 && options.length > 0 && isNo) {
    return so(
      `it does not take what it was granted: ${options.join(", ")}`,
      `--ignore-option ${options.join(" --ignore-option ")}`,
    );
  }
  if (isWaiting(failed) && !isAtOnce) return diagnoseSilence(failed);
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
