/**
 * Real clients as commands.
 *
 * @module
 */

import { isInstalled, type Outcome, run } from "../process.ts";

/** What a client is to send, and where to. */
export interface Upload {
  /** The file; it is the standard input as well. */
  readonly file: string;
  /** What it is to be called. */
  readonly name: string;
  /** The server's port. */
  readonly port: number;
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
/** tftp-hpa exits with 0 whatever happens. */
const FAILED = /Error code|timed out/;

/**
 * Has a client upload a file.
 *
 * @param commandLine Its command, with FILE, NAME, HOST, PORT and URL for what
 * it is told, and `_` for a space within an argument.
 */
export async function uploadBy(
  commandLine: string,
  { file, name, port }: Upload,
): Promise<Ending> {
  const words: Readonly<Record<string, string>> = {
    ...{ FILE: file, NAME: name, HOST, PORT: `${port}` },
    URL: `tftp://${HOST}:${port}/${name}`,
  };
  const [command = "", ...args] = commandLine.split(" ");
  const filled = args.map((it) => words[it] ?? it.replace("_", " "));
  const stdin = args.includes("-") ? await Deno.readTextFile(file) : "";
  return endingOf(await run(command, filled, { stdin }));
}

/** How a client ended, from what its command did. */
export function endingOf({ code, stdout, stderr }: Outcome): Ending {
  const said = `${stdout}${stderr}`;
  return { isStored: code === 0 && !FAILED.test(said), said };
}

/** Whether the command of a command line can be run here. */
export function canRun(commandLine: string): Promise<boolean> {
  const [command = ""] = commandLine.split(" ");
  return isInstalled(command);
}
