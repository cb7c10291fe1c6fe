/**
 * What must never be. Of files:
 *
 * - `content`: a file is published that its sender did not send just so.
 * - `short`: a file is published that has less than was announced.
 * - `early`: a file is published before its last block was sent.
 * - `twice`: an upload is published twice.
 * - `promise`: a last ACK is sent, or believed, and the file is not saved.
 * - `order`: a block is acknowledged that storage has not taken.
 * - `damage`: a visible file changes without being published.
 * - `denied`: an ERROR is sent for a file that is saved.
 * - `progress`: an upload fails that had to succeed, whatever strangers send.
 *
 * Of packets:
 *
 * - `answer`: an ERROR is answered, or a stranger with anything else.
 * - `flood`: too many or too large answers to a peer that sent no block yet.
 * - `storm`: one block is acknowledged too often or too quickly.
 * - `options`: a request is not answered just as it is to be.
 * - `lifetime`: a socket outlives the limits.
 *
 * Of the front and its threads:
 *
 * - `limits`: more is let in than may be, or somebody who had to go.
 * - `guessed`: an upload gives way to a request though its blocks come.
 * - `silence`: a request gets no answer, or too late.
 * - `news`: a thread tells what cannot be, or the operator is told wrong.
 * - `remains`: something is left when all is quiet.
 * - `crash`: something throws.
 *
 * @module
 */

/** Something that must not be. */
export class Violation extends Error {
  /** Which rule is broken, of those above. */
  readonly rule: string;

  constructor(rule: string, what: string) {
    super(`${rule}: ${what}`);
    this.rule = rule;
  }
}

/** Ends a world because a rule is broken. */
export function fail(rule: string, what: string): never {
  throw new Violation(rule, what);
}
