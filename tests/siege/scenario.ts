/**
 * What all scenarios of the siege have in common.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { whyNotForged } from "./raw_socket.ts";

/** A hostile world, and real clients in it. */
export interface Scenario {
  /** What `--only` knows it by; the part before a slash stands for several. */
  readonly name: string;
  /** What is tried, in a few words. */
  readonly what: string;
  /** Tries it. */
  readonly run: Run;
}

/**
 * Tries a scenario.
 *
 * @param seconds How long the hostility lasts, where it lasts at all.
 * @param see Called with what is seen.
 */
export type Run = (
  seconds: number,
  see: (line: string) => void,
) => Promise<Verdict>;

/** What came of a scenario. */
export type Verdict =
  /** It cannot be tried on this machine, and why. */
  | { readonly kind: "skipped"; readonly reason: string }
  /** What is wrong with the server; nothing if it held. */
  | { readonly kind: "tried"; readonly failures: readonly string[] };

/** A server under siege, which listens on all of IPv4. */
export interface Siege {
  readonly server: ServerProcess;
  readonly directory: string;
  readonly seconds: number;
  see(line: string): void;
}

/** Lays siege to a server with some flags in a directory of its own. */
export function besiege(
  flags: readonly string[],
  use: (siege: Siege) => Promise<Verdict>,
): Run {
  return (seconds, see) =>
    withTempDirectory(async (directory) => {
      const all = [...EVERYWHERE, ...flags];
      await using server = await ServerProcess.start(directory, all);
      return await use({ server, directory, seconds, see });
    });
}

/** Tries something that needs forged datagrams, where they can be had. */
export function forging(run: Run): Run {
  return async (seconds, see) => {
    const reason = whyNotForged();
    return reason === undefined ? await run(seconds, see) : skipped(reason);
  };
}

/** A verdict of what is wrong. */
export function tried(...failures: readonly (string | false)[]): Verdict {
  return { kind: "tried", failures: failures.filter((it) => it !== false) };
}

/** The verdict of a scenario that this machine does not permit. */
export function skipped(reason: string): Verdict {
  return { kind: "skipped", reason };
}

/** Lets time pass: clients pause, floods last. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
