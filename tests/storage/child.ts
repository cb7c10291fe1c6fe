/**
 * Servers' storage in processes of their own: to be killed, or to have fewer
 * rights.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

/** The arguments of `deno` that run a script of this folder on a directory. */
export function denoArgs(script: string, path: string): string[] {
  const here = (file: string) => fromFileUrl(new URL(file, import.meta.url));
  const isJsr = import.meta.resolve("@std/path").startsWith("jsr:");
  const map = here("../../scripts/std/import_map.json");
  return [
    "run",
    "--quiet",
    ...(isJsr ? [] : ["--no-lock", `--import-map=${map}`]),
    "--no-prompt",
    `--allow-read=${path}`,
    `--allow-write=${path}`,
    here(script),
    path,
  ];
}
