/**
 * What the JavaScript engine is told wherever the program runs.
 *
 * @module
 */

/**
 * The engine lets short-lived objects pile up, 16 MiB and more in each of four
 * threads, before it collects them. With half of that, a minute of 50,000
 * forged requests a second takes 256 MiB at the peak instead of 417, of 8,000 a
 * second for large blocks 244 instead of 363, while 400 uploads of 100 kB and
 * 2,000 of 20 kB are as fast as without (37.1 and 36.4 MB/s, 14.8 and 14.9). A
 * quarter saves 20 MiB more and costs 2 % of the processor time of many small
 * uploads; less than that saves nothing.
 */
export const ENGINE_FLAGS: readonly string[] = [
  "--v8-flags=--max-semi-space-size=8",
];
