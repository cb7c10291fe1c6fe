/**
 * Prints the flags with which Deno finds the `@std` packages: none where JSR
 * answers, else an import map to the same code on npm. The tasks splice the
 * output into their command line. `STD=jsr` or `STD=npm` decides by hand.
 *
 * @module
 */

/** JSR answers or refuses in well under a second; a dead network does not. */
const ANSWER_WITHIN_MS = 3_000;
const NPM_FLAGS = "--no-lock --import-map=scripts/std/import_map.json";

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

if (import.meta.main) {
  const choice = Deno.env.get("STD");
  if (choice !== undefined && choice !== "jsr" && choice !== "npm") {
    // deno-lint-ignore no-console -- a tool's word to its user.
    console.error(`std: error: STD is "${choice}"; expected "jsr" or "npm"`);
    Deno.exit(2);
  }
  if (choice === "npm" || choice === undefined && !await isJsrReachable()) {
    if (choice === undefined) {
      // deno-lint-ignore no-console -- a tool's word to its user.
      console.error("std: JSR does not answer, taking @std from npm");
    }
    // deno-lint-ignore no-console -- the output is the result.
    console.log(NPM_FLAGS);
  }
}
