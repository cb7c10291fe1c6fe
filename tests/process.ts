/**
 * The program and others as processes.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { ENGINE_FLAGS } from "../scripts/engine_flags.ts";
import { stdFlags } from "../scripts/std_flags.ts";
import { Peer } from "./peer.ts";
import { withTempDirectory } from "./temp_directory.ts";

/** The project's folder. */
export const ROOT: string = fromFileUrl(new URL("../", import.meta.url));
/** Something that takes longer hangs: a test fails instead. */
const PATIENCE_MS = 60_000;

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Deno's flags for a program with the same `@std` as the tests have. */
export function runFlags(): string[] {
  const config = `--config=${join(ROOT, "deno.json")}`;
  return ["run", "--quiet", ...stdFlags(), config, "--no-prompt"];
}

/** Deno's flags for the program, its rights those of one directory or broad. */
export function denoFlags(directory?: string): string[] {
  const path = directory === undefined ? "" : `=${directory}`;
  // Threads are started from these.
  const sources = directory === undefined
    ? ""
    : ["lib", "scripts/std"].map((it) => `,${join(ROOT, it)}`).join("");
  return [
    ...runFlags(),
    ...ENGINE_FLAGS,
    "--allow-net",
    `--allow-read${path}${sources}`,
    `--allow-write${path}`,
    "--allow-sys=statfs,networkInterfaces",
    join(ROOT, "main.ts"),
  ];
}

/** Runs a command to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Record<string, string>;
    readonly stdin?: string;
    readonly patienceMs?: number;
  } = {},
): Promise<Outcome> {
  const { stdin = "", patienceMs = PATIENCE_MS, ...others } = options;
  const child = new Deno.Command(command, {
    ...others,
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const writer = child.stdin.getWriter();
  // A client may end without reading its input.
  await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Runs the program with wrong or harmless flags, to its end. */
export function runProgram(args: readonly string[]): Promise<Outcome> {
  return run(Deno.execPath(), [...denoFlags(), ...args]);
}

/** A running server on the loopback interface. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #allRead: Promise<void>;
  /** What it has printed so far. */
  readonly lines: string[] = [];
  #onLine: () => void = () => {};
  #ended = false;
  /** Resolves when its lines are read again. */
  #reading = Promise.withResolvers<void>();
  /** Its port, once {@linkcode start} has returned. */
  port = 0;

  private constructor(command: string, args: string[], cwd: string) {
    this.#child = new Deno.Command(command, {
      args,
      cwd,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading.resolve();
    this.#allRead = this.#read();
  }

  /**
   * Starts a server without waiting for a word of it.
   *
   * @param directory Where it runs and stores.
   * @param args More flags; they may name another address or directory.
   * @param command What ends in the program; the sources if it is left out.
   */
  static spawn(
    directory: string,
    args: readonly string[],
    command: readonly string[] = [Deno.execPath(), ...denoFlags(directory)],
  ): ServerProcess {
    const [program = "", ...prefix] = command;
    const usual = [
      ["--bind", "127.0.0.1"],
      ["--dir", directory],
      // The time is in the way.
      ["--log", "plain"],
    ];
    const where = usual
      .filter(([flag = ""]) => !args.includes(flag)).flat();
    return new ServerProcess(
      program,
      [...prefix, ...where, ...args],
      directory,
    );
  }

  /** Starts one on a free port likewise and waits until it listens. */
  static async start(
    directory: string,
    args?: readonly string[],
    command?: readonly string[],
  ): Promise<ServerProcess> {
    const all = ["--port", "0", ...args ?? []];
    const server = ServerProcess.spawn(directory, all, command);
    const line = await server.line(/listening on/);
    server.port = Number(/:(\d+),/.exec(line)?.[1]);
    return server;
  }

  get pid(): number {
    return this.#child.pid;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for a line that matches. */
  async line(pattern: RegExp): Promise<string> {
    while (true) {
      const line = this.lines.find((it) => pattern.test(it));
      if (line !== undefined) return line;
      if (this.#ended) {
        throw new Error(`No line ${pattern} in:\n${this.lines.join("\n")}`);
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onLine = resolve;
      await promise;
    }
  }

  /** Reads none of its lines any more, like a log that stalls. */
  pause(): void {
    this.#reading = Promise.withResolvers<void>();
  }

  /** Reads on. */
  resume(): void {
    this.#reading.resolve();
  }

  /** Waits for the end. */
  async exitCode(): Promise<number> {
    const { code } = await this.#child.status;
    this.resume();
    await this.#allRead;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.exitCode();
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const chunk of this.#child.stderr) {
      const lines = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#onLine();
      await this.#reading.promise;
    }
    this.#ended = true;
    this.#onLine();
  }
}

/** Whether a command can be run here. */
export async function isInstalled(command: string): Promise<boolean> {
  try {
    await run(command, ["--version"]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs with a server, its directory and a client of it.
 *
 * @param args The server's flags, with blanks between them.
 * @param command What ends in the program; the sources if it is left out.
 */
export async function withProgram(
  args: string,
  use: (
    it: { server: ServerProcess; peer: Peer; directory: string },
  ) => Promise<void>,
  command?: readonly string[],
): Promise<void> {
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(
      directory,
      args.split(" ").filter((it) => it !== ""),
      command,
    );
    using peer = new Peer(server.port);
    await use({ server, peer, directory });
  });
}
