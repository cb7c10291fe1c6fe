/**
 * Why an upload failed, in words.
 *
 * @module
 */

import type { Diagnosis } from "../policy/diagnosis.ts";
import type { Failure } from "../protocol/transfer_state.ts";
import { count, quote } from "./words.ts";

/** Says why an upload failed. */
export function describeFailure(why: Failure): string {
  switch (why.kind) {
    case "silent":
      return "client fell silent";
    case "too-long":
      return "took too long";
    case "too-large":
      return `file exceeds --max-size of ${count(why.maxBytes, "byte")}`;
    case "numbered-from-zero":
      return "client numbers its blocks from 0 instead of 1";
    case "oversize-block":
      return `block of ${why.bytes} bytes exceeds the blksize`;
    case "two-first-blocks":
      return "block 1 came twice with different contents";
    case "two-rollovers":
      return "block 0 came from a client whose blocks go on at 1";
    case "incomplete":
      return `incomplete: ${why.bytes} of ${why.announcedBytes} bytes`;
    case "evicted":
      return "no data came and the server is full";
    case "superseded":
      return "client asked for another upload from the same port";
    case "client-error":
      return `client sent error ${why.code} ${quote(why.message)}`;
    case "server":
      return why.message;
  }
}

/** Says what probably happened and what to try, behind the reason. */
export function describeDiagnosis({ cause, advice }: Diagnosis): string {
  return (cause === undefined ? "" : `; probably: ${cause}`) +
    (advice === undefined ? "" : `; try: ${advice}`);
}
