import { assertEquals } from "@std/assert";
import { NEGOTIATION } from "../lib/config.ts";
import { windowCapacity } from "../lib/protocol/options.ts";

Deno.test("NEGOTIATION grants what a socket of Linux holds", () => {
  assertEquals(NEGOTIATION, {
    ...{ maxBlksize: 65_464, maxWindowsize: 65_535, ignoredOptions: [] },
    ...{ receiveBufferBytes: 212_992, timeoutMs: 1_000 },
  });
  assertEquals(windowCapacity(512, NEGOTIATION.receiveBufferBytes), 70);
});
