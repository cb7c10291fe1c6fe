/**
 * What the doctor looks at, one by one.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { statfsSync } from "node:fs";
import { DEFAULTS } from "../../lib/cli/flags.ts";
import { tryUploads } from "../../lib/client/doctor_loop.ts";
import { judgeClock } from "../../lib/client/doctor_machine.ts";
import { addressesOf, checkBuffer } from "../../lib/client/doctor_network.ts";
import { checkSpace } from "../../lib/client/doctor_storage.ts";
import type { MinFree } from "../../lib/config.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { Problem } from "../../lib/problem.ts";
import { locksIn, namesIn, withTempDirectory } from "../temp_directory.ts";

Deno.test("judgeClock() doubts a year that cannot be", () => {
  const rows: [year: number, isStamped: boolean, verdict: string][] = [
    [1_970, false, "warning"],
    [1_970, true, "problem"],
    [2_024, true, "problem"],
    [2_025, true, "ok"],
    [2_100, false, "ok"],
    [2_101, false, "warning"],
  ];
  for (const [year, isStamped, verdict] of rows) {
    const found = judgeClock(new Date(year, 5, 7, 8, 9, 10), isStamped);
    assertEquals(found.verdict, verdict, `${year}`);
    const time = new RegExp(`^it.* ${year}-06-07 08:09:10 [+-]\\d\\d:\\d\\d`);
    assertMatch(found.message, time);
  }
});

Deno.test("addressesOf() names one at least", () => {
  const addressesAt = (...hostnames: string[]) =>
    addressesOf({ hostnames, remoteip: [] });
  assertEquals(addressesAt("127.0.0.2", "::1"), ["127.0.0.2", "::1"]);
  for (const hostnames of [[], ["0.0.0.0"], ["::"]]) {
    assert(addressesAt(...hostnames).length > 0, `${hostnames}`);
  }
});

Deno.test("checkSpace() measures against what stays free", () =>
  withTempDirectory(async (path) => {
    const { blocks, bsize } = statfsSync(path);
    const all = blocks * bsize;
    const rows: [minFree: MinFree, verdict: string, message: RegExp][] = [
      [{ kind: "bytes", bytes: 0 }, "ok", /may be stored before --min-free/],
      [{ kind: "bytes", bytes: all - 1 }, "problem", /^nothing can be stored/],
      [{ kind: "bytes", bytes: all }, "problem", /can never be met/],
    ];
    for (const [minFree, verdict, message] of rows) {
      const found = await checkSpace(path, minFree);
      assertEquals(found.verdict, verdict);
      assertMatch(found.message, message);
    }
  }));

Deno.test("checkBuffer() says how it is made larger", async () => {
  const found = await checkBuffer();
  assert(found.verdict !== "problem");
  const isLarge = found.hint === undefined;
  if (Deno.build.os !== "linux" || isLarge) return;
  assertMatch(found.hint ?? "", /sudo sysctl -w net\.core\.rmem_default=\d+$/);
});

Deno.test("tryUploads() leaves nothing when it is broken off", () =>
  withTempDirectory(async (directory) => {
    const config = { ...DEFAULTS, directory, hostnames: ["127.0.0.1"] };
    const signal = AbortSignal.abort();
    const found = await tryUploads(config, ["127.0.0.1"], signal);
    assertEquals(found.map(({ verdict }) => verdict), ["problem"]);
    assertMatch(found[0]?.message ?? "", /cancelled$/);
    assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
  }));

Deno.test("tryUploads() leaves nothing when there is no server", () =>
  withTempDirectory(async (directory) => {
    // Documentation addresses (RFC 5737) belong to no machine.
    const config = { ...DEFAULTS, directory, hostnames: ["192.0.2.1"] };
    const { signal } = new AbortController();
    await assertRejects(
      () => tryUploads(config, ["192.0.2.1"], signal),
      Problem,
      "cannot listen on 192.0.2.1:0",
    );
    assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
  }));

Deno.test("tryUploads() is not hindered by limits that are for others", () =>
  withTempDirectory(async (directory) => {
    const config = {
      ...{ ...DEFAULTS, directory, hostnames: ["127.0.0.1"] },
      ...{ maxBytes: 1, maxTransfers: 1, timestamp: true, ipstamp: true },
      template: readTemplate("{client}/{name}"),
    };
    const { signal } = new AbortController();
    const own = ["127.0.0.1", "127.0.0.1"];
    const found = await tryUploads(config, own, signal);
    assertEquals(found.map(({ verdict }) => verdict), ["ok", "ok"]);
    assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
  }));
