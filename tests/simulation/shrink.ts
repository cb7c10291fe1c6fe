/**
 * Cuts a scenario that fails down to what it takes to fail.
 *
 * First all that chance did to packets is written down as single faults. Then
 * one thing after another is left out or made plainer, as long as the same rule
 * is still broken.
 *
 * @module
 */

import { isFair } from "./expectation.ts";
import { run } from "./run.ts";
import {
  ONE_THREAD,
  ROOMY,
  type Scenario,
  type SenderPlan,
  SOUND_DISK,
} from "./scenario.ts";
import type { Server } from "./server.ts";

/** A world takes well under a millisecond, unless its files are long. */
const MAX_RUNS = 5_000;

/** Finds a scenario that breaks the same rule; at worst the same one. */
export function shrink(scenario: Scenario, server: Server): Scenario {
  const { applied, violation } = run(scenario, server);
  if (violation === undefined) return scenario;
  const fails = (it: Scenario) =>
    it.senders.every(isFair) &&
    run(it, server).violation?.rule === violation.rule;
  const explicit = { ...scenario, rates: [], faults: applied };
  let shortest = fails(explicit) ? explicit : scenario;
  let runs = 0;
  for (let isShorter = true; isShorter;) {
    isShorter = false;
    for (const candidate of candidates(shortest)) {
      if (++runs > MAX_RUNS) return shortest;
      if (!fails(candidate)) continue;
      shortest = candidate;
      isShorter = true;
      break;
    }
  }
  return shortest;
}

/** Tells the shortest story of a scenario that fails, packet by packet. */
export function explain(scenario: Scenario, server: Server): string {
  const shortest = shrink(scenario, server);
  const trace: string[] = [];
  const { violation } = run(shortest, server, (line) => trace.push(line));
  return [
    `seed ${scenario.seed} fails: ${run(scenario, server).violation?.message}`,
    `its shortest form: ${violation?.message}`,
    JSON.stringify(shortest),
    ...trace,
  ].join("\n");
}

/** All that is a little less than a scenario, the boldest cuts first. */
function* candidates(scenario: Scenario): Generator<Scenario> {
  const { senders, rates, faults, noise, disk, limits, threads } = scenario;
  for (const it of cuts(senders)) {
    if (it.length > 0) yield { ...scenario, senders: it };
  }
  for (const it of cuts(faults)) yield { ...scenario, faults: it };
  for (const it of cuts(rates)) yield { ...scenario, rates: it };
  for (const it of cuts(noise)) yield { ...scenario, noise: it };
  for (const it of plainer(disk, SOUND_DISK)) yield { ...scenario, disk: it };
  for (const it of cuts(disk.faults)) {
    yield { ...scenario, disk: { ...disk, faults: it } };
  }
  for (const it of plainer(limits, ROOMY)) yield { ...scenario, limits: it };
  for (const it of plainer(threads, ONE_THREAD)) {
    yield { ...scenario, threads: it };
  }
  yield* plainer(scenario, {
    ...{ ...scenario, stop: undefined, skippedBlocks: 0 },
    ...{ maxDatagramBytes: Infinity, isSinglePort: false },
  });
  for (const [index, sender] of senders.entries()) {
    for (const it of plainerSenders(sender)) {
      yield { ...scenario, senders: senders.with(index, it) };
    }
  }
}

/** A list without some of its items: a half of them, a quarter, one. */
function* cuts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let size = list.length; size >= 1; size = size >> 1) {
    for (let start = 0; start < list.length; start += size) {
      yield list.toSpliced(start, size);
    }
  }
}

/** A record with one of its values replaced by a plain one. */
function* plainer<T extends object>(record: T, plain: T): Generator<T> {
  for (const key in plain) {
    if (JSON.stringify(record[key]) === JSON.stringify(plain[key])) continue;
    yield { ...record, [key]: plain[key] };
  }
}

function* plainerSenders(sender: SenderPlan): Generator<SenderPlan> {
  const { files, id, quit } = sender;
  for (const it of cuts(files)) {
    if (it.length > 0) yield { ...sender, files: it };
  }
  for (const [index, file] of files.entries()) {
    const to = (it: object) => ({
      ...sender,
      files: files.with(index, { ...file, ...it }),
    });
    if (file.pauseMs > 0) yield to({ pauseMs: 0 });
    for (let cut = file.bytes; cut >= 1; cut = cut >> 1) {
      yield to({ bytes: file.bytes - cut });
    }
  }
  yield* plainer(sender, {
    ...{ id, files, host: id, latencyMs: 1, blksize: 8 },
    ...{ windowsize: undefined, timeoutSeconds: undefined, tsize: false },
    ...{ boastBytes: 0, thinkMs: 0, guessAfter: undefined },
    ...{ intervalMs: 1_000, tries: 20, copies: 1, habit: "true", rollover: 0 },
    ...{ adapts: false, asksRollover: false, echoAfter: undefined },
    quit: undefined,
  });
  if (quit !== undefined && quit.afterBlocks > 0) {
    yield { ...sender, quit: { ...quit, afterBlocks: quit.afterBlocks - 1 } };
  }
}
