/**
 * Names with directories in them, as devices write them: `/tftpboot/x.cfg`,
 * `configs\x.cfg`, `C:\x.cfg`, `flash:/x.cfg`.
 *
 * @module
 */

/** What becomes of directories in a name: it is refused, or they are left out, or kept. */
export type Paths = "flat" | "strip" | "keep";

/** A name taken apart. Nothing is said about whether its parts are any good. */
export interface AskedPath {
  /** The directories it leads through, the outermost first. */
  readonly directories: readonly string[];
  /** What is behind them. */
  readonly name: string;
}

/** A drive or a storage of the device, and its root. */
const FRONT = /^(?:[A-Za-z][A-Za-z0-9_-]*:)?[/\\]?/;

/** Takes a name apart. */
export function splitPath(asked: string, paths: Paths): AskedPath {
  if (paths === "flat") return { directories: [], name: asked };
  const directories = asked.replace(FRONT, "").split(/[/\\]/);
  const name = directories.pop() ?? "";
  return { directories: paths === "keep" ? directories : [], name };
}
