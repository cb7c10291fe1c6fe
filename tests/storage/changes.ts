/**
 * The ways in which the upload directory can go away, and come back.
 *
 * @module
 */

import { tryRun } from "./files.ts";

/** How a directory goes away and comes back. */
export interface Change {
  readonly what: string;
  /** Makes it go; resolves to a reason why that is not possible. */
  go(path: string): Promise<string | undefined>;
  /** Makes it come back. */
  back(path: string): Promise<string | undefined>;
}

/** All of them. */
export const CHANGES: readonly Change[] = [
  {
    what: "it is renamed",
    go: (path) => move(path, `${path}.old`),
    back: (path) => move(`${path}.old`, path),
  },
  {
    what: "another one is made in its place",
    async go(path) {
      await move(path, `${path}.old`);
      await Deno.mkdir(path);
      return undefined;
    },
    async back(path) {
      await Deno.remove(path, { recursive: true });
      return await move(`${path}.old`, path);
    },
  },
  {
    what: "a file system is mounted over it",
    go: (path) => tryRun("mount", "-t", "tmpfs", "none", path),
    back: (path) => tryRun("umount", "-l", path),
  },
];

async function move(from: string, to: string): Promise<undefined> {
  await Deno.rename(from, to);
}
