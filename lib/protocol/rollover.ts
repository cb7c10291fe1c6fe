/**
 * Block numbers on the wire. They have 16 bits, so behind 65535 they begin anew:
 * at 0, as nearly everybody does it, or at 1, so that 0 is only ever the answer
 * to a request. RFC 1350 says nothing about it.
 *
 * @module
 */

/** The number behind 65535. */
export type Rollover = 0 | 1;

/** Numbers there are on the wire. */
const NUMBERS = 0x10000;
/** The last block before they begin anew. */
export const LAST_NUMBER = NUMBERS - 1;

/**
 * The number of a block on the wire.
 *
 * @param block The block, counted from 1; 0 for none.
 * @param rollover The number behind 65535.
 */
export function wireNumber(block: number, rollover: Rollover): number {
  return rollover === 0 || block === 0
    ? block % NUMBERS
    : (block - 1) % (NUMBERS - 1) + 1;
}

/**
 * How far a block is ahead of another one, the shorter way round.
 *
 * @param wire The number of the one on the wire.
 * @param block The other one, counted from 1; 0 for none.
 * @param rollover The number behind 65535.
 * @returns About -32768 to 32767; behind if it is less than 0. `undefined` for a
 * number that no block can have.
 */
export function distance(
  wire: number,
  block: number,
  rollover: Rollover,
): number | undefined {
  if (rollover === 0) return (wire - block) << 16 >> 16;
  // Only before the first round there is a block 0.
  if (wire === 0) return block < NUMBERS / 2 ? -block : undefined;
  const numbers = NUMBERS - 1;
  const ahead = (wire - wireNumber(block, rollover) + numbers) % numbers;
  return ahead < numbers / 2 ? ahead : ahead - numbers;
}
