/**
 * Mutated datagrams by the million, first against the pure core, then against a
 * real server. The seed is printed: with it the same datagrams come again.
 *
 * @module
 */

import { newSeed, Random } from "../random.ts";
import { print, readNumbers, runTool } from "./flags.ts";
import { fuzzCore } from "./fuzz_core.ts";
import { fuzzServer } from "./fuzz_server.ts";

const DEFAULTS = {
  cases: 1_000_000,
  datagrams: 50_000,
  seed: newSeed(),
};

async function main(
  options: Readonly<Record<keyof typeof DEFAULTS, number>>,
): Promise<number> {
  const { cases, datagrams, seed } = options;
  print(`seed: ${seed}`);
  const random = new Random(seed);
  const began = performance.now();
  fuzzCore(cases, random);
  const between = performance.now();
  print(`core: ${cases} datagrams, ${perSecond(cases, between - began)}`);
  const report = await fuzzServer(datagrams, random);
  print(
    `server: ${report.datagrams} datagrams, ${report.transfers} transfers, ` +
      perSecond(report.datagrams, performance.now() - between),
  );
  return 0;
}

function perSecond(count: number, ms: number): string {
  return `${Math.round(count / ms * 1_000)} per second`;
}

if (import.meta.main) {
  Deno.exit(await runTool("fuzz", () => main(readNumbers(DEFAULTS))));
}
