/**
 * Decides where the `@std` packages come from, and writes it down as the import
 * map of all tasks: from JSR if that answers, else the same code from npm.
 * `STD=jsr` or `STD=npm` decides by hand.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };
import npmMap from "./std/import_map.json" with { type: "json" };

/** Beside the map for npm, whose paths are relative. */
const CHOSEN = new URL("std/chosen.json", import.meta.url);
/** JSR answers or refuses in well under a second; a dead network does not. */
const ANSWER_WITHIN_MS = 3_000;

/** The packages of deno.json, and what only the tests use. */
function jsrMap(): typeof npmMap | { imports: Record<string, string> } {
  const packages = Object.entries(config.imports).flatMap(([name, jsr]) => [
    [name, jsr],
    [`${name}/`, `${jsr.replace("jsr:", "jsr:/")}/`],
  ]);
  const testOnly = { "fast-check": npmMap.imports["fast-check"] };
  return { imports: { ...Object.fromEntries(packages), ...testOnly } };
}

async function isJsrReachable(): Promise<boolean> {
  try {
    const response = await fetch("https://jsr.io/@std/path/meta.json", {
      method: "HEAD",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function choose(): Promise<"jsr" | "npm" | undefined> {
  const choice = Deno.env.get("STD");
  if (choice === "jsr" || choice === "npm") return choice;
  if (choice !== undefined) {
    say(`error: STD is "${choice}"; expected "jsr" or "npm"`);
    return undefined;
  }
  if (await isJsrReachable()) return "jsr";
  say("JSR does not answer, taking @std from npm");
  return "npm";
}

/** Not needlessly: another task may be reading it. */
async function write(text: string): Promise<void> {
  const before = await Deno.readTextFile(CHOSEN).catch(() => undefined);
  if (before !== text) await Deno.writeTextFile(CHOSEN, text);
}

async function main(): Promise<number> {
  const choice = await choose();
  if (choice === undefined) return 2;
  const map = choice === "jsr" ? jsrMap() : npmMap;
  await write(`${JSON.stringify(map, undefined, 2)}\n`);
  return 0;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool's word to its user.
  console.error(`std: ${text}`);
}

if (import.meta.main) Deno.exit(await main());
