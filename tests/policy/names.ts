/**
 * The rules for names that hold unless a test says otherwise.
 *
 * @module
 */

import type { NameRules } from "../../lib/policy/filename.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import type { NamingRules } from "../../lib/policy/naming.ts";

/** As without flags. */
export const PLAIN_NAMING: NamingRules = {
  ...{ ipstamp: false, timestamp: false, template: undefined },
  ...{ paths: "flat", allowedChars: "", onExists: "replace" },
};

/** What they amount to. */
export const PLAIN_RULES: NameRules = {
  ...{ paths: "flat", allowedChars: "", versions: false, windows: false },
  template: readTemplate("{name}"),
};
