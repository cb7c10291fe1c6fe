/**
 * What was counted of an upload's packets.
 *
 * @module
 */

/** How an upload went, in packets. */
export interface Counts {
  /** Blocks received in order. */
  readonly blocks: number;
  /** How often the client repeated its request. */
  readonly requests: number;
  /** Blocks that had come already, or came out of order. */
  readonly repeatsIn: number;
  /** Answers that were sent again. */
  readonly repeatsOut: number;
  /**
   * How often the client repeated the last block since it last went on, though
   * its ACK had time to arrive.
   */
  readonly stuck: number;
  /** How long storage was waited for since it last went on, milliseconds. */
  readonly diskMs: number;
  /** The mean round trip, milliseconds; `undefined` before the first. */
  readonly roundTripMs: number | undefined;
}
