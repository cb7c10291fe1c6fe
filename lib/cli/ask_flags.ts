/**
 * The flags that every command has.
 *
 * @module
 */

import type { FlagsOf, Switch } from "./flag.ts";

/** Flags that ask for something else than a command. */
export interface AskSettings {
  /** For its help. */
  readonly help: boolean;
  /** For the version. */
  readonly version: boolean;
}

/** The same for all commands. */
export const ASK_FLAGS: FlagsOf<AskSettings> = {
  help: ask("help", "h", "Print this help and exit."),
  version: ask("version", "V", "Print the version and exit."),
};

function ask(name: string, short: string, help: string): Switch<boolean> {
  return { name, short, given: true, fallback: false, help };
}
