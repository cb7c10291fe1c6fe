/**
 * What to try when a request was refused, where the reason does not say it.
 *
 * @module
 */

import type { Peer } from "./address.ts";
import { splitPath } from "./asked_path.ts";
import { oddCharacters, refuseCharacters } from "./characters.ts";
import { type NameRules, refuseName } from "./filename.ts";

/** As long as a name may be whatever is put around it. */
const SHORT = 128;
const ANYBODY: Peer = { hostname: "", port: 0 };
/** As without flags, and for every system. */
const PLAIN: NameRules = {
  ...{ template: undefined, ipstamp: false, timestamp: false },
  ...{ paths: "flat", allowedChars: "", onExists: "replace", isWindows: true },
};

/**
 * Says what to try when a request was refused for a reason.
 *
 * @returns Printable text; `undefined` if the reason says all there is to say.
 */
export function adviseRefusal(
  reason: string,
  filename = "",
): string | undefined {
  if (reason.startsWith("read request")) return "put instead of get";
  if (!reason.startsWith("invalid filename")) return undefined;
  const name = plainName(filename);
  const better = name === "" || name === filename
    ? 'a name such as "running.cfg"'
    : `"${name}"`;
  const flags = flagsFor(filename);
  return flags === "" ? better : `${better}, or ${flags} here`;
}

/** The flags that a server needs to take a name; empty if there are none. */
function flagsFor(filename: string): string {
  for (const paths of ["flat", "strip"] as const) {
    const chars = oddCharacters(splitPath(filename, paths).name);
    const rules = { ...PLAIN, paths, allowedChars: chars };
    const refusal = refuseCharacters(chars) ??
      refuseName(filename, ANYBODY, rules);
    if (refusal !== undefined) continue;
    return [
      ...(paths === "flat" ? [] : [`--paths ${paths}`]),
      ...(chars === "" ? [] : [`--allow-chars ${shellQuote(chars)}`]),
    ].join(" ");
  }
  return "";
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What is left of a name when all that is against it is taken away. */
function plainName(filename: string): string {
  const last = filename.split(/[/\\]/).at(-1) ?? "";
  return last.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^[.-]+/, "")
    .slice(0, SHORT).replace(/\.+$/, "");
}
