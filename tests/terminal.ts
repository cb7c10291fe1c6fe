/**
 * A terminal that a program runs in and whose screen can be looked at.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import type { TerminalSize } from "../lib/report/live.ts";
import { run } from "./process.ts";

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** A terminal of tmux's own, on a server of its own. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Runs a command in a terminal of a size. */
  static async open(
    folder: string,
    command: readonly string[],
    { columns, rows }: TerminalSize,
  ): Promise<Terminal> {
    const terminal = new Terminal(join(folder, "tmux"));
    const quoted = command.map((it) => `'${it}'`).join(" ");
    await terminal.#tmux([
      ...["-f", "/dev/null", "new-session", "-d"],
      ...["-x", `${columns}`, "-y", `${rows}`],
      // The shell behind it shows what is left of the program, and must outlive
      // an interrupt that comes when that has ended.
      `trap : INT; env -u NO_COLOR TERM=screen ${quoted}; echo "code $?"; ` +
      "while ! read -r _; do :; done",
    ]);
    return terminal;
  }

  /** Waits until the screen shows something, and gives all of it. */
  async shows(wanted: RegExp): Promise<string[]> {
    const until = performance.now() + PATIENCE_MS;
    while (true) {
      const screen = await this.#screen();
      if (wanted.test(screen)) return screen.split("\n");
      assert(performance.now() < until, `No ${wanted} in:\n${screen}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, LOOK_EVERY_MS);
      await promise;
    }
  }

  /**
   * With lines joined that the terminal has broken, and those that it moved off
   * its upper edge when it was narrower.
   */
  async #screen(): Promise<string> {
    const screen = await this.#tmux(["capture-pane", "-pJ", "-S", "-"]);
    return screen.replace(/[ \n]+$/gm, "");
  }

  /** The screen with its colours. */
  colored(): Promise<string> {
    return this.#tmux(["capture-pane", "-p", "-e"]);
  }

  async resize(columns: number): Promise<void> {
    await this.#tmux(["resize-window", "-x", `${columns}`]);
  }

  async interrupt(): Promise<void> {
    await this.#tmux(["send-keys", "C-c"]);
  }

  /** The hangup of its terminal does not end a server. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = /^(\^C)?code \d+/m;
    if (!ended.test(await this.#screen())) {
      await this.interrupt();
      await this.shows(/stopping|"stopping"/);
      await this.interrupt();
      await this.shows(ended);
    }
    await this.#tmux(["kill-server"]);
  }

  async #tmux(args: readonly string[]): Promise<string> {
    const all = ["-S", this.#socket, ...args];
    return (await run("tmux", all)).stdout;
  }
}
