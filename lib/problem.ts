/**
 * Something is wrong: what the person who started the program can mend, and what
 * is said of all the rest.
 *
 * @module
 */

/** What is wrong, and what leads out. */
export class Problem extends Error {
  /** What leads out. */
  readonly hint: string;

  /** Makes an error from what is wrong and what leads out. */
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Problem";
    this.hint = hint;
  }
}

/** What is said of whatever was thrown. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
