/**
 * Directories that last as long as a test.
 *
 * @module
 */

/** Runs with a directory that is removed afterwards. */
export async function withTempDirectory(
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "wotftp-test-" });
  try {
    await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}
