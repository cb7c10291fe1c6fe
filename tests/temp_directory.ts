/**
 * Directories that last as long as a test, and what is in them.
 *
 * @module
 */

/** Runs with a directory that is removed afterwards. */
export async function withTempDirectory<T = void>(
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempDir({ prefix: "wotftp-test-" });
  try {
    return await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** The names in a directory, sorted, without the locks of living servers. */
export function namesIn(path: string): string[] {
  return allIn(path).filter((name) => !name.endsWith(".lock"));
}

/** The names of the locks in a directory. */
export function locksIn(path: string): string[] {
  return allIn(path).filter((name) => name.endsWith(".lock"));
}

/** The names of the unfinished uploads in a directory. */
export function partsIn(path: string): string[] {
  return allIn(path).filter((name) => name.endsWith(".part"));
}

/** The texts of the files in a directory, by name; without locks. */
export function textsIn(path: string): Record<string, string> {
  const names = namesIn(path);
  return Object.fromEntries(
    names.map((name) => [name, Deno.readTextFileSync(`${path}/${name}`)]),
  );
}

function allIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}
