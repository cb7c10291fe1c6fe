/**
 * How the program ends.
 *
 * @module
 */

/** Exit codes; usage errors have their own, as everywhere on Unix. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;
