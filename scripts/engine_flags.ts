/**
 * What the JavaScript engine is told wherever the program runs.
 *
 * @module
 */

/**
 * The engine lets short-lived objects pile up, 16 MiB and more in each of four
 * threads, before it collects them. With half of that, a minute of 50,000
 * forged requests a second takes 256 MiB at the peak instead of 417 MiB, of
 * 8,000 for large blocks a second 244 instead of 363. 400 uploads of 100 kB and
 * 2,000 of 20 kB are as fast as without (37.1 and 36.4 MB/s, 14.8 and 14.9); a
 * quarter saves no more, and costs the many small ones some 5 % of processor
 * time.
 */
export const ENGINE_FLAGS: readonly string[] = [
  "--v8-flags=--max-semi-space-size=8",
];
