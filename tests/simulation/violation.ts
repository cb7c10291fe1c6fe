/**
 * What must never be:
 *
 * - `content`: a file is published that its sender did not send just so.
 * - `early`: a file is published before its last block was sent.
 * - `twice`: an upload is published twice.
 * - `promise`: a last ACK is sent, or believed, and the file is not saved.
 * - `order`: a block is acknowledged that storage has not taken.
 * - `damage`: a visible file changes without being published.
 * - `remains`: a part, a file or a session is left when all is quiet.
 * - `answer`: an ERROR is answered.
 * - `flood`: too many or too large answers to a peer that sent no block yet.
 * - `storm`: one block is acknowledged too often or too quickly.
 * - `lifetime`: a session outlives its limits.
 * - `limits`: more is let in than may be.
 * - `denied`: an ERROR is sent for a file that is saved.
 * - `options`: something is granted that was not asked for.
 * - `progress`: an upload fails that had to succeed.
 * - `stranger`: somebody else's packets make a difference to a sender.
 * - `crash`: something throws.
 *
 * @module
 */

/** Something that must not be. */
export class Violation extends Error {
  /** Which rule is broken, of those above. */
  readonly rule: string;

  /** Names the rule and what happened. */
  constructor(rule: string, what: string) {
    super(`${rule}: ${what}`);
    this.rule = rule;
  }
}

/** Ends a world because a rule is broken. */
export function fail(rule: string, what: string): never {
  throw new Violation(rule, what);
}
