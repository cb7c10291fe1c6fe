/**
 * The rules for names that hold unless a test says otherwise.
 *
 * @module
 */

import type { NameRules } from "../../lib/policy/filename.ts";
import type { NamingRules } from "../../lib/policy/naming.ts";

/** As without flags. */
export const PLAIN_NAMING: NamingRules = {
  ...{ ipstamp: false, timestamp: false, template: undefined },
  ...{ paths: "flat", allowedChars: "", onExists: "replace" },
};

/** The same, not on Windows. */
export const PLAIN_RULES: NameRules = { ...PLAIN_NAMING, isWindows: false };
