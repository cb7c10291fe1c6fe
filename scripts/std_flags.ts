/**
 * Where a program that is started from here finds the `@std` packages.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

/**
 * Deno's flags for a program with the same `@std` as this one: from JSR as in
 * deno.json, or else from npm.
 */
export function stdFlags(): string[] {
  if (import.meta.resolve("@std/path").startsWith("jsr:")) return [];
  const map = fromFileUrl(new URL("std/import_map.json", import.meta.url));
  return ["--no-lock", `--import-map=${map}`];
}
