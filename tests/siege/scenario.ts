/**
 * What all scenarios of the siege have in common.
 *
 * @module
 */

/** A hostile world, and real clients in it. */
export interface Scenario {
  /** What `--only` knows it by; the part before a slash stands for several. */
  readonly name: string;
  /** What is tried, in a few words. */
  readonly what: string;
  /**
   * Tries it.
   *
   * @param seconds How long the hostility lasts, where it lasts at all.
   * @param see Called with what is seen.
   */
  run(seconds: number, see: (line: string) => void): Promise<Verdict>;
}

/** What came of a scenario. */
export type Verdict =
  /** It cannot be tried on this machine, and why. */
  | { readonly kind: "skipped"; readonly reason: string }
  /** What is wrong with the server; nothing if it held. */
  | { readonly kind: "tried"; readonly failures: readonly string[] };

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
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  await promise;
}
