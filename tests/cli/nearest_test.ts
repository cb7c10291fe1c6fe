import { assertEquals } from "@std/assert";
import { nearest } from "../../lib/cli/nearest.ts";

const NAMES = "dir port bind remoteip timestamp ipstamp max-size min-free " +
  "max-per-client idle-timeout no-sync verbose help version";

Deno.test("nearest() finds the flag that was meant, and guesses no further", () => {
  const rows = {
    dir: "--dri --dirr=/srv",
    port: "--Port -port --prot",
    ...{ verbose: "--verbos", timestamp: "--timestmap" },
    ...{ remoteip: "--remote-ip", "idle-timeout": "--timeout --idle" },
    ...{ "max-size": "--size --maxsize=5M", "no-sync": "--sync" },
    // Several, or none.
    undefined: "--max --stamp --directory --user --d - -- --=",
  };
  for (const [name, args] of Object.entries(rows)) {
    for (const arg of args.split(" ")) {
      assertEquals(`${nearest(arg, NAMES.split(" "))}`, name, arg);
    }
  }
});
