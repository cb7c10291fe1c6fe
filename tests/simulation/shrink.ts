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
import {
  type FilePlan,
  ROOMY,
  type Scenario,
  type SenderPlan,
  SOUND_DISK,
} from "./scenario.ts";
import type { Server } from "./machine.ts";
import { run } from "./world.ts";

/** A world takes well under a millisecond, unless its files are long. */
const MAX_RUNS = 5_000;

/**
 * Shortens a scenario.
 *
 * @param scenario One that fails.
 * @param server The server it fails with.
 * @returns A scenario that breaks the same rule; at worst the same one.
 */
export function shrink(scenario: Scenario, server: Server): Scenario {
  const outcome = run(scenario, server);
  const rule = outcome.violation?.rule;
  if (rule === undefined) return scenario;
  const fails = (it: Scenario) =>
    it.senders.every(isFair) && run(it, server).violation?.rule === rule;
  const explicit = { ...scenario, rates: [], faults: outcome.applied };
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

/**
 * Tells the shortest story of a scenario that fails.
 *
 * @param scenario One that fails.
 * @param server The server it fails with.
 * @returns Its seed, the rule that is broken, and one line for every packet.
 */
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
  const { senders, rates, faults, noise, disk, limits } = scenario;
  for (const it of cuts(senders)) {
    if (it.length > 0) yield { ...scenario, senders: it };
  }
  for (const it of cuts(faults)) yield { ...scenario, faults: it };
  for (const it of cuts(rates)) yield { ...scenario, rates: it };
  for (const it of cuts(noise)) yield { ...scenario, noise: it };
  for (const it of replaced(disk, SOUND_DISK)) yield { ...scenario, disk: it };
  for (const it of cuts(disk.faults)) {
    yield { ...scenario, disk: { ...disk, faults: it } };
  }
  for (const it of replaced(limits, ROOMY)) yield { ...scenario, limits: it };
  for (const [index, sender] of senders.entries()) {
    for (const it of plainer(sender)) {
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
function* replaced<T extends object>(record: T, plain: T): Generator<T> {
  for (const key in plain) {
    if (isSame(record[key], plain[key])) continue;
    yield { ...record, [key]: plain[key] };
  }
}

function* plainer(sender: SenderPlan): Generator<SenderPlan> {
  const { files, id } = sender;
  for (const it of cuts(files)) {
    if (it.length > 0) yield { ...sender, files: it };
  }
  for (const [index, file] of files.entries()) {
    for (const it of smaller(file)) {
      yield { ...sender, files: files.with(index, it) };
    }
  }
  yield* replaced(sender, {
    ...sender,
    host: id,
    latencyMs: 1,
    blksize: 8,
    windowsize: undefined,
    timeoutSeconds: undefined,
    tsize: false,
    intervalMs: 1_000,
    tries: 20,
    copies: 1,
    habit: "true",
    rollover: 0,
    skippedBlocks: 0,
    quit: undefined,
  });
  if (sender.quit !== undefined && sender.quit.afterBlocks > 0) {
    const afterBlocks = sender.quit.afterBlocks - 1;
    yield { ...sender, quit: { ...sender.quit, afterBlocks } };
  }
}

function* smaller(file: FilePlan): Generator<FilePlan> {
  if (file.pauseMs > 0) yield { ...file, pauseMs: 0 };
  for (let cut = file.bytes; cut >= 1; cut = cut >> 1) {
    yield { ...file, bytes: file.bytes - cut };
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b ||
    Array.isArray(a) && Array.isArray(b) && a.length === 0 && b.length === 0;
}
