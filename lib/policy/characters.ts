/**
 * Which characters names are made of.
 *
 * @module
 */

/** Those that mean nothing special to any system, shell or eye. */
const PLAIN = /[A-Za-z0-9._-]/g;
/**
 * Those that an operator may allow as well: printable ASCII but for what some
 * file system cannot store (`"*:<>?|`), separators, and the `~` of the server's
 * own names.
 */
const ALLOWABLE = " !#$%&'()+,;=@[]^`{}";

/**
 * Finds the characters of a text that need to be allowed.
 *
 * @returns Each of them once, in their order; empty if there are none.
 */
export function oddCharacters(text: string): string {
  return [...new Set(text.replace(PLAIN, ""))].join("");
}

/**
 * Says why characters may not be allowed in names.
 *
 * @returns The reason, or `undefined` if all of them may.
 */
export function refuseCharacters(text: string): string | undefined {
  const bad = [...oddCharacters(text)].find((it) => !ALLOWABLE.includes(it));
  return bad === undefined
    ? undefined
    : `${describe(bad)} may never be in a name; besides letters, digits and ` +
      `. - _ these may: space and ${ALLOWABLE.trim()}`;
}

function describe(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) return `"${character}"`;
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
