/**
 * Guesses which flag somebody meant.
 *
 * @module
 */

/** Shorter words are part of many names. */
const MIN_PART = 3;

/**
 * Finds the name that a mistyped flag is meant to be.
 *
 * @param arg The argument, such as `--drectory=/srv`.
 * @returns `undefined` if none is near, or several are.
 */
export function nearest(
  arg: string,
  names: readonly string[],
): string | undefined {
  const word = arg.replace(/^-+/, "").replace(/=.*$/s, "").toLowerCase();
  const [first, ...others] = names.filter((name) =>
    word.length >= MIN_PART && name.includes(word)
  );
  if (first !== undefined) return others.length === 0 ? first : undefined;
  // Two slips of the finger, one in a short word.
  const allowed = word.length < 5 ? 1 : 2;
  const ranked = names.map((name) => ({ name, slips: distance(word, name) }))
    .sort((a, b) => a.slips - b.slips);
  const [best, next] = ranked;
  if (best === undefined || best.slips > allowed) return undefined;
  return next?.slips === best.slips ? undefined : best.name;
}

/**
 * How many letters have to be put in, left out, changed, or exchanged with the
 * next one.
 */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      rows[i]?.push(Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (isSame ? 0 : 1),
        isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
      ));
    }
  }
  return at(a.length, b.length);
}
