/**
 * What to try when a request was refused, where the reason does not say it.
 *
 * @module
 */

/** As long as a name may be whatever is put around it. */
const SHORT = 128;

/**
 * Says what to try.
 *
 * @param reason Why the request was refused.
 * @param filename The name it asked for, if there is one.
 * @returns Printable text; `undefined` if the reason says all there is to say.
 */
export function adviseRefusal(
  reason: string,
  filename = "",
): string | undefined {
  if (reason.startsWith("read request")) return "put instead of get";
  if (!reason.startsWith("invalid filename")) return undefined;
  const name = plainName(filename);
  return name === "" || name === filename
    ? 'a name such as "running.cfg"'
    : `"${name}"`;
}

/** What is left of a name when all that is against it is taken away. */
function plainName(filename: string): string {
  const last = filename.split(/[/\\]/).at(-1) ?? "";
  return last.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^[.-]+/, "")
    .slice(0, SHORT).replace(/\.+$/, "");
}
