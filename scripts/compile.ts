/**
 * Compiles the program into one executable: `dist/wotftp`, or with `--release`
 * one for every platform, with checksums.
 *
 * The binary's own rights are broad, for the directory is chosen when it runs;
 * the threads inside get the narrow ones (`lib/threads/`). With `--dir DIR` the
 * binary itself is fenced in as well, and has DIR as its default.
 *
 * `WOTFTP_DENO` names another Deno to compile with, as a command line. Deno
 * takes the executable it embeds the program into from `DENORT_BIN`, else it
 * downloads the one of its own version.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { basename, fromFileUrl, join, relative, resolve } from "@std/path";
import { FENCED_IN } from "../lib/cli/parse.ts";
import { ENGINE_FLAGS } from "./engine_flags.ts";
import { stdFlags } from "./std_flags.ts";
import config from "../deno.json" with { type: "json" };

const ROOT = fromFileUrl(new URL("../", import.meta.url));
const DIST = join(ROOT, "dist");
const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];
/** The program itself; the tests compile another one with the same rights. */
const PROGRAM = {
  main: "main.ts",
  include: [
    "lib/front/worker.ts",
    "lib/transfer/worker.ts",
    "lib/threads/worker.ts",
  ],
} as const;
const VALUED = ["target", "dir", "out", "main", "include"] as const;
const USAGE = `Usage:
    deno task compile [--target TARGET] [--dir DIR] [--out FILE]
                      [--main FILE --include FILE,...]
    deno task release

Targets:
${TARGETS.map((target) => `    ${target}`).join("\n")}`;

/** What a binary is to be. */
interface Build {
  readonly main: string;
  /** The modules that its threads are started from. */
  readonly include: readonly string[];
  readonly out: string;
  readonly target: string | undefined;
  /** The only directory the binary may ever use, if there is one. */
  readonly fixedDirectory: string | undefined;
}

async function main(): Promise<number> {
  const unknown: string[] = [];
  const flags: Record<string, unknown> = parseArgs([...Deno.args], {
    boolean: ["release", "help"],
    string: [...VALUED],
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (flags["help"] === true) {
    say(USAGE);
    return 0;
  }
  const empty = VALUED.find((name) => flags[name] === "");
  if (empty !== undefined) {
    say(`compile: error: --${empty} needs a value\n${USAGE}`);
    return 2;
  }
  const target = textOf(flags["target"]);
  if (target !== undefined && !TARGETS.includes(target)) {
    unknown.push(`--target ${target}`);
  }
  if (unknown.length > 0) {
    say(`compile: error: unknown argument "${unknown[0]}"\n${USAGE}`);
    return 2;
  }
  await Deno.mkdir(DIST, { recursive: true });
  if (flags["release"] === true) {
    const odd = VALUED.find((name) => flags[name] !== undefined);
    if (odd === undefined) return await release();
    say(`compile: error: --${odd} means nothing to --release\n${USAGE}`);
    return 2;
  }
  const directory = textOf(flags["dir"]);
  const build: Build = {
    main: textOf(flags["main"]) ?? PROGRAM.main,
    include: textOf(flags["include"])?.split(",") ?? PROGRAM.include,
    out: textOf(flags["out"]) ?? join(DIST, `wotftp${suffixOf(target)}`),
    target,
    fixedDirectory: directory === undefined ? undefined : resolve(directory),
  };
  return await compile(build) ? 0 : 1;
}

/** Compiles for all platforms, tries out what can run here, adds up. */
async function release(): Promise<number> {
  if (Deno.env.get("DENORT_BIN") !== undefined) {
    say(
      "compile: error: DENORT_BIN is the base of one platform only; unset it",
    );
    return 2;
  }
  const sums: string[] = [];
  for (const target of TARGETS) {
    const name = `wotftp-${config.version}-${target}${suffixOf(target)}`;
    const out = join(DIST, name);
    const build = { ...PROGRAM, out, target, fixedDirectory: undefined };
    if (!await compile(build)) return 1;
    if (target === Deno.build.target && !await isWorking(out)) return 1;
    sums.push(`${await sha256(out)}  ${basename(out)}`);
  }
  await Deno.writeTextFile(join(DIST, "SHA256SUMS"), `${sums.join("\n")}\n`);
  say(sums.join("\n"));
  return 0;
}

async function compile(
  { main, include, out, target, fixedDirectory }: Build,
): Promise<boolean> {
  const [command = Deno.execPath(), ...prefix] =
    Deno.env.get("WOTFTP_DENO")?.split(" ") ?? [];
  const path = fixedDirectory === undefined ? "" : `=${fixedDirectory}`;
  const { success } = await new Deno.Command(command, {
    args: [
      ...prefix,
      "compile",
      "--quiet",
      // The program comes with the same `@std` as this script.
      ...stdFlags(),
      ...ENGINE_FLAGS,
      // Never ask: nobody is there. Never write code to a shared folder.
      "--no-prompt",
      "--no-code-cache",
      "--allow-net",
      `--allow-read${path}`,
      `--allow-write${path}`,
      "--allow-sys=statfs,networkInterfaces",
      ...include.map((module) => `--include=${module}`),
      ...(target === undefined ? [] : [`--target=${target}`]),
      `--output=${out}`,
      main,
      ...(fixedDirectory === undefined ? [] : [FENCED_IN + fixedDirectory]),
    ],
    cwd: ROOT,
    stdin: "null",
  }).output().then(async (output) => {
    await Deno.stderr.write(output.stderr);
    return output;
  });
  const shown = relative(Deno.cwd(), out);
  if (success) say(`compiled ${shown}`);
  else say(`compile: error: cannot compile ${shown}; see above`);
  return success;
}

async function isWorking(binary: string): Promise<boolean> {
  const { code, stdout } = await new Deno.Command(binary, {
    args: ["--version"],
  }).output();
  const isWorking = code === 0 &&
    new TextDecoder().decode(stdout) === `wotftp ${config.version}\n`;
  if (!isWorking) say(`compile: error: ${binary} does not work`);
  return isWorking;
}

async function sha256(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((it) => it.toString(16).padStart(2, "0")).join("");
}

function suffixOf(target: string | undefined): string {
  const isWindows = target?.includes("windows") ??
    Deno.build.os === "windows";
  return isWindows ? ".exe" : "";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool's word to its user.
  console.error(text);
}

if (import.meta.main) Deno.exit(await main());
