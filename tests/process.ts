/**
 * The program as a process, started from source as the tasks start it, and the
 * clients that talk to it.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";

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
  const isJsr = import.meta.resolve("@std/path").startsWith("jsr:");
  const map = join(ROOT, "scripts/std/import_map.json");
  return [
    "run",
    "--quiet",
    ...(isJsr ? [] : ["--no-lock", `--import-map=${map}`]),
    `--config=${join(ROOT, "deno.json")}`,
    "--no-prompt",
  ];
}

/** Deno's flags for the program, its rights those of one directory or broad. */
export function denoFlags(directory?: string): string[] {
  const path = directory === undefined ? "" : `=${directory}`;
  const sources = directory === undefined
    ? ""
    : ["lib", "scripts/std"].map((it) => `,${join(ROOT, it)}`).join("");
  return [
    ...runFlags(),
    "--allow-net",
    `--allow-read${path}${sources}`,
    `--allow-write${path}`,
    "--allow-sys=statfs",
    join(ROOT, "main.ts"),
  ];
}

/** Runs a command to its end. */
export async function run(
  command: string,
  args: string[],
  options: { cwd?: string; stdin?: string } = {},
): Promise<Outcome> {
  const child = new Deno.Command(command, {
    args,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const writer = child.stdin.getWriter();
  // A client may end without reading its input.
  await writer.write(new TextEncoder().encode(options.stdin ?? ""))
    .catch(() => {});
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
export function runProgram(args: string[], cwd?: string): Promise<Outcome> {
  return run(
    Deno.execPath(),
    [...denoFlags(), ...args],
    cwd === undefined ? {} : { cwd },
  );
}

/** A running server. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly lines: string[] = [];
  #onLine: () => void = () => {};
  #ended = false;
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
    this.#reading = this.#read();
  }

  /** Starts the program from source without waiting for a word of it. */
  static spawn(directory: string, args: string[]): ServerProcess {
    const command = [Deno.execPath(), ...denoFlags(directory)];
    return ServerProcess.spawnCommand(command, directory, args);
  }

  /** Starts the program on a free port and waits until it listens. */
  static async start(
    directory: string,
    args: string[] = [],
  ): Promise<ServerProcess> {
    const process = ServerProcess.spawn(directory, ["--port", "0", ...args]);
    await process.#untilListening();
    return process;
  }

  /** Starts an executable likewise. */
  static startBinary(
    binary: string,
    directory: string,
    args: string[] = [],
  ): Promise<ServerProcess> {
    return ServerProcess.startCommand([binary], directory, args);
  }

  /** Starts a command that ends in the program likewise. */
  static async startCommand(
    command: string[],
    directory: string,
    args: string[] = [],
  ): Promise<ServerProcess> {
    const process = ServerProcess.spawnCommand(
      command,
      directory,
      ["--port", "0", ...args],
    );
    await process.#untilListening();
    return process;
  }

  /** Starts such a command without waiting for a word of it. */
  static spawnCommand(
    [command = "", ...prefix]: string[],
    directory: string,
    args: string[],
  ): ServerProcess {
    return new ServerProcess(
      command,
      [...prefix, ...inDirectory(directory), ...args],
      directory,
    );
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

  /** Waits for the end. */
  async exitCode(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#reading;
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

  async #untilListening(): Promise<void> {
    const line = await this.line(/listening on/);
    this.port = Number(/:(\d+),/.exec(line)?.[1]);
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const chunk of this.#child.stderr) {
      const lines = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#onLine();
    }
    this.#ended = true;
    this.#onLine();
  }
}

function inDirectory(directory: string): string[] {
  return ["--bind", "127.0.0.1", "--dir", directory];
}

/** Whether a command can be run here. */
export async function isInstalled(command: string): Promise<boolean> {
  try {
    await new Deno.Command(command, {
      args: ["--version"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return true;
  } catch {
    return false;
  }
}
