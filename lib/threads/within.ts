/**
 * Waiting that comes to an end.
 *
 * @module
 */

/**
 * Waits for something, but not for ever.
 *
 * @param ms How long, milliseconds.
 * @returns Whether it came in time.
 */
export async function within(
  ms: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const late = Promise.withResolvers<void>();
  let isInTime = true;
  const timer = setTimeout(() => {
    isInTime = false;
    late.resolve();
  }, ms);
  try {
    await Promise.race([work, late.promise]);
    return isInTime;
  } finally {
    clearTimeout(timer);
  }
}
