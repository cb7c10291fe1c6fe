import { assertEquals } from "@std/assert";
import { nearest } from "../../lib/cli/nearest.ts";

const NAMES = "dir port bind remoteip timestamp ipstamp max-size min-free " +
  "max-per-client idle-timeout no-sync verbose help version";

Deno.test("nearest() finds the flag that was meant, and guesses no further", () => {
  const rows: Record<string, string | undefined> = {
    "--dri": "dir",
    "--dirr=/srv": "dir",
    "--Port": "port",
    "-port": "port",
    "--prot": "port",
    "--verbos": "verbose",
    "--timestmap": "timestamp",
    "--remote-ip": "remoteip",
    "--timeout": "idle-timeout",
    "--idle": "idle-timeout",
    "--size": "max-size",
    "--sync": "no-sync",
    "--maxsize=5M": "max-size",
    // Several, or none.
    "--max": undefined,
    "--stamp": undefined,
    "--directory": undefined,
    "--user": undefined,
    "--d": undefined,
    "-": undefined,
    "--": undefined,
    "--=": undefined,
  };
  for (const [arg, name] of Object.entries(rows)) {
    assertEquals(nearest(arg, NAMES.split(" ")), name, arg);
  }
});
