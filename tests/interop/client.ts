/**
 * Real clients as commands.
 *
 * @module
 */

import { denoFlags, isInstalled, type Outcome, run } from "../process.ts";

/** What a client is to send, and where to. */
export interface Upload {
  /** The file; it is the standard input as well. */
  readonly file: string;
  /** What it is to be called. */
  readonly name: string;
  /** The server's port. */
  readonly port: number;
  /** The server's address; 127.0.0.1 if it is left out. */
  readonly host?: string;
  /** What runs the client, and where; this machine if it is left out. */
  readonly prefix?: readonly string[];
}

/** How a client ended. */
export interface Ending {
  /** Whether it says that its file is stored. */
  readonly isStored: boolean;
  /** What it printed. */
  readonly said: string;
}

/** Where the server is. */
export const HOST = "127.0.0.1";
/** The project's own program in a command line. */
const WOTFTP = "WOTFTP";
/** tftp-hpa exits with 0 whatever happens. */
const FAILED = /Error code|timed out/;

/**
 * Has a client upload a file.
 *
 * @param commandLine Its command, with FILE, NAME, HOST, PORT and URL for what
 * it is told, `_` for a space within an argument, and WOTFTP for the program.
 */
export async function uploadBy(
  commandLine: string,
  { file, name, port, host = HOST, prefix = [] }: Upload,
): Promise<Ending> {
  const words: Readonly<Record<string, string>> = {
    ...{ FILE: file, NAME: name, HOST: host, PORT: `${port}` },
    URL: `tftp://${urlHostOf(host)}:${port}/${name}`,
  };
  const given = commandLine.split(" ");
  const filled = given.flatMap((it) =>
    it === WOTFTP
      ? [Deno.execPath(), ...denoFlags()]
      : words[it] ?? it.replace("_", " ")
  );
  const stdin = given.includes("-") ? await Deno.readTextFile(file) : "";
  const [command = "", ...args] = [...prefix, ...filled];
  return endingOf(await run(command, args, { stdin }));
}

/** How a client ended, from what its command did. */
export function endingOf({ code, stdout, stderr }: Outcome): Ending {
  const said = `${stdout}${stderr}`;
  return { isStored: code === 0 && !FAILED.test(said), said };
}

/** Whether the command of a command line can be run here. */
export function canRun(commandLine: string): Promise<boolean> {
  const [command = ""] = commandLine.split(" ");
  return isInstalled(command === WOTFTP ? Deno.execPath() : command);
}

/** With brackets and an escaped zone if it is one of IPv6 (RFC 6874). */
function urlHostOf(host: string): string {
  return host.includes(":") ? `[${host.replace("%", "%25")}]` : host;
}
