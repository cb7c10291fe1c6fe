/**
 * The flags for the names that files get.
 *
 * @module
 */

import { refuseCharacters } from "../policy/characters.ts";
import { readTemplate, refuseTemplate } from "../policy/name_template.ts";
import type { NamingRules } from "../policy/naming.ts";
import { type FlagsOf, UsageError } from "./flag.ts";
import { judgedBy, oneOf } from "./value.ts";

/** The flags, in the order of the help. */
export const NAMING_FLAGS: FlagsOf<NamingRules> = {
  timestamp: {
    name: "timestamp",
    given: true,
    fallback: false,
    help: "Store as NAME-YYYY-MM-DD-HH-MM-SS-mmm (local time).",
  },
  ipstamp: {
    name: "ipstamp",
    given: true,
    fallback: false,
    help: "Store as IP-NAME, IP being the client's address.",
  },
  template: {
    name: "name-template",
    value: "TEXT",
    ...judgedBy(refuseTemplate, readTemplate),
    fallback: undefined,
    help: "Store as TEXT, as in {client}/{name}-{date}, a / making " +
      "directories. Fields: {name} {client} {port} {date} {time}, and {stamp} " +
      "as --timestamp has it. Default: {name}.",
  },
  paths: {
    name: "paths",
    ...oneOf("HOW", ["flat", "strip", "keep"]),
    // As the original program: whoever sends directories is told.
    fallback: "flat",
    help:
      "What to do with a name such as /dir/x.cfg: refuse it (flat), strip " +
      "what is before x.cfg, or keep it in the directory dir. Default: flat.",
  },
  allowedChars: {
    name: "allow-chars",
    value: "CHARS",
    ...judgedBy(refuseCharacters, (text) => text),
    fallback: "",
    help:
      "Allow these characters in names as well, as in ' +@'. Default: none.",
  },
  onExists: {
    name: "on-exists",
    ...oneOf("HOW", ["replace", "refuse", "version"]),
    // As the original program, but whole and in one step.
    fallback: "replace",
    help:
      "What to do with a name that is taken: replace the file, refuse the " +
      "upload, or keep it as version NAME.~2~. Default: replace.",
  },
};

/**
 * Checks that the flags go together.
 *
 * @throws {UsageError} If two of them name a file.
 */
export function checkNaming(
  { ipstamp, template, timestamp }: NamingRules,
): void {
  if (template === undefined || !ipstamp && !timestamp) return;
  const [stamp, field] = ipstamp
    ? ["--ipstamp", "{client}"]
    : ["--timestamp", "{stamp}"];
  throw new UsageError(
    `--name-template and ${stamp} are two names; write ${field} into the ` +
      "template",
  );
}
