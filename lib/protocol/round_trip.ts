/**
 * How long a peer takes to answer, as RFC 6298 section 2 counts.
 *
 * @module
 */

/** From an answer to the block it asks for. */
export interface RoundTrip {
  /** The smoothed time, milliseconds. */
  readonly meanMs: number;
  /** How far single ones are off it, milliseconds. */
  readonly deviationMs: number;
}

/** Takes one more round trip into account. */
export function withSample(
  known: RoundTrip | undefined,
  sampleMs: number,
): RoundTrip {
  if (known === undefined) {
    return { meanMs: sampleMs, deviationMs: sampleMs / 2 };
  }
  const { meanMs, deviationMs } = known;
  return {
    meanMs: meanMs + (sampleMs - meanMs) / 8,
    deviationMs: deviationMs +
      (Math.abs(sampleMs - meanMs) - deviationMs) / 4,
  };
}

/**
 * The longest time that is still no cause for concern.
 *
 * @returns Milliseconds.
 */
export function expectedMs({ meanMs, deviationMs }: RoundTrip): number {
  return meanMs + 4 * deviationMs;
}
