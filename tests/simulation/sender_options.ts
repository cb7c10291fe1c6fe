/**
 * The options a sender asks for, and what it may get.
 *
 * @module
 */

import type { Option } from "../../lib/protocol/packet.ts";
import type { SenderPlan } from "./scenario.ts";

/**
 * The options of a request, in a spelling that is to be kept.
 *
 * @param plan Who asks.
 * @param bytes The size of the file.
 */
export function optionsOf(
  { blksize, windowsize, timeoutSeconds, tsize }: SenderPlan,
  bytes: number,
): Option[] {
  const options: Option[] = [];
  const add = (name: string, value: number | undefined) => {
    if (value !== undefined) options.push({ name, value: `${value}` });
  };
  add("blksize", blksize);
  add("WindowSize", windowsize);
  add("timeout", timeoutSeconds);
  add("tsize", tsize ? bytes : undefined);
  return options;
}

/**
 * Whether an option may be granted (RFC 2348, 2349 and 7440): block size and
 * window may become less, the others are repeated.
 *
 * @param granted What the OACK says.
 * @param asked What the request says.
 */
export function isGrant(granted: Option, asked: readonly Option[]): boolean {
  const { name, value } = granted;
  const wanted = asked.find((option) => option.name === name)?.value;
  if (wanted === undefined) return false;
  return /^(blksize|windowsize)$/i.test(name)
    ? Number(value) >= 1 && Number(value) <= Number(wanted)
    : value === wanted;
}
