/**
 * The flags for how files come in: options, and text.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import {
  MAX_BLKSIZE,
  MAX_WINDOWSIZE,
  MIN_BLKSIZE,
  OPTION_NAMES,
} from "../protocol/options.ts";
import type { FlagsOf, ListFlag } from "./flag.ts";
import { countFrom, oneOf } from "./value.ts";

/** The settings of these flags. */
export type WireSettings = Pick<
  ServerConfig,
  "netascii" | "maxBlksize" | "maxWindowsize" | "ignoredOptions"
>;

const BLKSIZE = countFrom(MIN_BLKSIZE, MAX_BLKSIZE);

/** The flags, in the order of the help. */
export const WIRE_FLAGS: FlagsOf<WireSettings> = {
  netascii: {
    name: "netascii",
    ...oneOf("HOW", ["keep", "convert"]),
    // As the original program.
    fallback: "keep",
    help: "What to do with text that comes as netascii: keep it as it is on " +
      "the wire, or convert its line ends to those of Unix. Default: keep.",
  },
  maxBlksize: {
    name: "max-blksize",
    value: BLKSIZE.value,
    parse: (text) => text === "mtu" ? text : BLKSIZE.parse(text),
    expected: `mtu or ${BLKSIZE.expected}`,
    fallback: MAX_BLKSIZE,
    help: `Grant blocks of N bytes at most; mtu: what fits a frame of ` +
      `Ethernet, 1468 or for IPv6 1448. Default: ${MAX_BLKSIZE}.`,
  },
  maxWindowsize: {
    name: "max-windowsize",
    ...countFrom(1, MAX_WINDOWSIZE),
    fallback: MAX_WINDOWSIZE,
    help:
      `Grant windows of N blocks at most. Default: ${MAX_WINDOWSIZE}, and ` +
      "what the system can hold.",
  },
  ignoredOptions: {
    name: "ignore-option",
    value: "NAME",
    parseAll: parseOptionNames,
    fallback: [],
    help: "Treat this option as unknown, for clients that ask for it and " +
      "crash when they get it; may be given several times. Default: none.",
  },
};

function parseOptionNames(
  texts: readonly string[],
): ReturnType<ListFlag<string[]>["parseAll"]> {
  const all = texts.map((it) => it.toLowerCase());
  const i = all.findIndex((it) => !OPTION_NAMES.includes(it));
  const why = `expected one of ${OPTION_NAMES.join(", ")}`;
  return i < 0 ? { all } : { wrong: texts[i] ?? "", why };
}
