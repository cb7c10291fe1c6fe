import { assertEquals } from "@std/assert";
import { LATE_MOUNT, RENAMED } from "./siege/away.ts";
import { HALF_OPEN, KNOWN_PORT, RESERVATION } from "./siege/claims.ts";
import { skip } from "./skip.ts";

/** The long ones, and all floods, are what `deno task siege` is for. */
const SHORT = [RESERVATION, HALF_OPEN, KNOWN_PORT, RENAMED, LATE_MOUNT];
const SECONDS = 2;

for (const { name, what, run } of SHORT) {
  Deno.test(`the server holds: ${what}`, async () => {
    const told: string[] = [];
    const verdict = await run(SECONDS, (line) => told.push(line));
    if (verdict.kind === "skipped") return skip(verdict.reason);
    assertEquals(verdict.failures, [], `${name}\n${told.join("\n")}`);
  });
}
