/**
 * A thread that does not survive its start.
 *
 * @module
 */

throw new Error("Broken for a test");
