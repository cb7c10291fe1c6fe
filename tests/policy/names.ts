/**
 * The rules for names that hold unless a test says otherwise, and what they make
 * of a name.
 *
 * @module
 */

import { splitPath } from "../../lib/policy/asked_path.ts";
import { type NameRules, refuseName } from "../../lib/policy/filename.ts";
import { fillTemplate } from "../../lib/policy/name_template.ts";
import { type NamingRules, templateOf } from "../../lib/policy/naming.ts";

/** A client. */
export const IPV4 = "10.1.1.5";
const STAMP = "2020-04-20-11-05-37-345";

/** As without flags. */
export const PLAIN_NAMING: NamingRules = {
  ...{ ipstamp: false, timestamp: false, template: undefined },
  ...{ paths: "flat", allowedChars: "", onExists: "replace" },
};

/** The same, not on Windows. */
export const PLAIN_RULES: NameRules = { ...PLAIN_NAMING, isWindows: false };

/** Why a name is refused, if it is. */
export function refuse(
  name: string,
  rules: Partial<NameRules> = {},
  hostname = IPV4,
): string | undefined {
  return refuseName(name, { hostname, port: 50_312 }, {
    ...PLAIN_RULES,
    ...rules,
  });
}

/** Under which name a good one is stored. */
export function stored(
  name: string,
  rules: NameRules,
  hostname: string,
): string {
  const client = { hostname, port: 50_312 };
  const path = splitPath(name, rules.paths);
  const filling = { ...path, client, stamp: STAMP };
  return fillTemplate(templateOf(rules), filling);
}
