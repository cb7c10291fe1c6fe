/**
 * A thread that ends at its start without a word.
 *
 * @module
 */

/// <reference lib="deno.worker" />

self.close();
