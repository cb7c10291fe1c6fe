/**
 * What is remembered of many, the latest at the end: beyond a limit the oldest is
 * forgotten, so that nobody fills the memory.
 *
 * @module
 */

/**
 * Remembers something as the latest.
 *
 * @param known What is remembered; updated.
 * @param most How much of it at the most.
 */
export function remember<T>(
  known: Map<string, T>,
  key: string,
  value: T,
  most: number,
): void {
  // Deleted first, so that the map is in the order of time.
  known.delete(key);
  known.set(key, value);
  if (known.size <= most) return;
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
