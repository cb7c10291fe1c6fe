/**
 * `forge.ts` as a process beside the server and its clients.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { runFlags } from "../process.ts";
import type { Kind } from "./forge.ts";

/** What is forged, how fast and for how long. */
export interface Forgery {
  readonly kind: Kind;
  readonly perSecond: number;
  readonly seconds: number;
  /** The address it is from; many are forged if it is left out. */
  readonly sender?: string;
}

/** A flood under way. */
export class Forger implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(port: number, forgery: Forgery) {
    const { kind, perSecond, seconds, sender } = forgery;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        // The raw socket is the C library's.
        ...[...runFlags(), "--allow-ffi", "--allow-sys=uid"],
        fromFileUrl(new URL("forge.ts", import.meta.url)),
        ...[`${port}`, kind, `${perSecond}`, `${seconds}`],
        ...(sender === undefined ? [] : [sender]),
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  /** Starts to forge; resolves when the first datagrams are sent. */
  static async start(port: number, forgery: Forgery): Promise<Forger> {
    const forger = new Forger(port, forgery);
    await forger.#read(/^flooding\n/);
    return forger;
  }

  /** Waits for the end; how many were sent. */
  async sent(): Promise<number> {
    return Number((await this.#read(/^flooding\n([0-9]+)\n/))[1]);
  }

  /** Ends it, if it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#output.cancel();
    await this.#child.status;
  }

  async #read(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      const match = pattern.exec(this.#text);
      if (match !== null) return match;
      const { value, done } = await this.#output.read();
      if (done) throw new Error("The flood broke off");
      this.#text += value;
    }
  }
}
