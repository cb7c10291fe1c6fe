/**
 * Something is wrong that the person who started the program can mend.
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
