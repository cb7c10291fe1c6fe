/**
 * Flags of a command line: one row each gives the parser, the default and the
 * help.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "./nearest.ts";

/** What all flags have. */
export interface Common<T> {
  /** The name, without the two hyphens. */
  readonly name: string;
  /** What holds without the flag. */
  readonly fallback: T;
  /** What it does, in sentences; lines are broken where they have to be. */
  readonly help: string;
}

/** A flag with a value. */
export interface ValueFlag<T> extends Common<T> {
  /** The placeholder of the value in the help. */
  readonly value: string;
  /** Makes sense of the value; `undefined` if there is none in it. */
  readonly parse: (text: string) => T | undefined;
  /** What would make sense, for whoever mistyped; or says what is wrong. */
  readonly expected: string | ((text: string) => string);
}

/** A flag with a value that may be given several times. */
export interface ListFlag<T> extends Common<T> {
  /** The placeholder of a value in the help. */
  readonly value: string;
  /**
   * Makes sense of all values.
   *
   * @returns What they mean, or which of them makes no sense and why.
   */
  readonly parseAll: (
    texts: readonly string[],
  ) => { readonly all: T } | { readonly wrong: string; readonly why: string };
}

/** A flag without one. */
export interface Switch<T> extends Common<T> {
  /** What holds with the flag. */
  readonly given: T;
  /** Its one letter, if it has one. */
  readonly short?: string;
}

/** A flag of the command line. */
export type Flag<T> = ValueFlag<T> | ListFlag<T> | Switch<T>;

/** A row for every setting, in the order of the help. */
export type FlagsOf<S> = { readonly [F in keyof S]: Flag<S[F]> };

/** What any command can be asked for instead of what it does. */
export type Asked = "help" | "version";

/** The command line makes no sense. */
export class UsageError extends Error {}

const ASK_FLAGS: readonly Switch<boolean>[] = [
  { name: "help", short: "h", help: "Print this help and exit." },
  { name: "version", short: "V", help: "Print the version and exit." },
].map((flag) => ({ ...flag, given: true, fallback: false }));

/** The column where the descriptions begin, and where lines end. */
const HELP_COLUMN = 24;
const HELP_WIDTH = 79;

/**
 * Makes sense of arguments.
 *
 * @returns The settings, or what else is asked for.
 * @throws {UsageError} What is wrong, and what would be right.
 */
export function parseFlags<S extends object>(
  flags: FlagsOf<S>,
  args: readonly string[],
): S | Asked {
  const rows = withAsking(flags);
  const values: Record<string, unknown> = parseArgs(spellOut(rows, args), {
    boolean: rows.filter(isSwitch).map(({ name }) => name),
    string: rows.filter((it) => !isSwitch(it)).map(({ name }) => name),
    collect: rows.filter(isList).map(({ name }) => name),
  });
  if (values["help"] === true) return "help";
  if (values["version"] === true) return "version";
  // Every setting has a row, so what comes of all rows is all settings.
  return Object.fromEntries(
    rowsOf(flags)
      .map(([field, flag]) => [field, read(flag, values[flag.name])]),
  ) as S;
}

/** Gives the settings that hold without any flag. */
export function defaultsOf<S extends object>(flags: FlagsOf<S>): S {
  const settings = rowsOf(flags)
    .map(([field, { fallback }]) => [field, fallback]);
  // As above.
  return Object.fromEntries(settings) as S;
}

/** Writes the lines of the help, those of `--help` and `--version` as well. */
export function describeFlags<S extends object>(flags: FlagsOf<S>): string[] {
  return withAsking(flags).flatMap((flag) => {
    const behind = !isSwitch(flag)
      ? ` ${flag.value}`
      : flag.short === undefined
      ? ""
      : `, -${flag.short}`;
    const head = `  --${flag.name}${behind}`;
    return wrap(flag.help, HELP_WIDTH - HELP_COLUMN)
      .map((line, i) => (i === 0 ? head : "").padEnd(HELP_COLUMN) + line);
  });
}

function rowsOf<S extends object>(
  flags: FlagsOf<S>,
): [string, Flag<unknown>][] {
  return Object.entries(flags);
}

function withAsking<S extends object>(flags: FlagsOf<S>): Flag<unknown>[] {
  return [...rowsOf(flags).map(([, flag]) => flag), ...ASK_FLAGS];
}

function isSwitch<T>(flag: Flag<T>): flag is Switch<T> {
  return "given" in flag;
}

function isList<T>(flag: Flag<T>): flag is ListFlag<T> {
  return "parseAll" in flag;
}

/**
 * Writes every flag as `--name` or `--name=value`, which can be read one way
 * only.
 */
function spellOut(
  flags: readonly Flag<unknown>[],
  args: readonly string[],
): string[] {
  const spelled: string[] = [];
  const given = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const flag = findFlag(flags, arg);
    if (flag === undefined) throw strayError(flags, arg);
    const { name } = flag;
    if (given.has(name) && !isList(flag)) {
      throw new UsageError(`--${name} is given twice`);
    }
    given.add(name);
    const equals = arg.indexOf("=");
    if (isSwitch(flag)) {
      if (equals >= 0) throw new UsageError(`--${name} takes no value`);
      spelled.push(`--${name}`);
    } else {
      const value = equals < 0 ? args[++i] ?? "" : arg.slice(equals + 1);
      const isFlag = equals < 0 &&
        (value.startsWith("--") || findFlag(flags, value) !== undefined);
      if (value === "" || isFlag) {
        throw new UsageError(`--${name} needs a value`);
      }
      spelled.push(`--${name}=${value}`);
    }
  }
  return spelled;
}

function findFlag(
  flags: readonly Flag<unknown>[],
  arg: string,
): Flag<unknown> | undefined {
  const [head] = arg.split("=", 1);
  return flags.find((flag) =>
    head === `--${flag.name}` ||
    (isSwitch(flag) && flag.short !== undefined && arg === `-${flag.short}`)
  );
}

function strayError(
  flags: readonly Flag<unknown>[],
  arg: string,
): UsageError {
  if (!arg.startsWith("-")) {
    return new UsageError(
      `unexpected argument "${arg}"; every option begins with --`,
    );
  }
  const near = nearest(arg, flags.map(({ name }) => name));
  const question = near === undefined ? "" : `; did you mean --${near}?`;
  return new UsageError(`unknown flag "${arg}"${question}`);
}

function read(flag: Flag<unknown>, text: unknown): unknown {
  if (isSwitch(flag)) return text === true ? flag.given : flag.fallback;
  if (isList(flag)) return readAll(flag, text);
  if (typeof text !== "string") return flag.fallback;
  const { name, expected, parse } = flag;
  const value = parse(text);
  if (value !== undefined) return value;
  const why = typeof expected === "string"
    ? `expected ${expected}`
    : expected(text);
  throw new UsageError(`--${name} is "${text}"; ${why}`);
}

function readAll(flag: ListFlag<unknown>, texts: unknown): unknown {
  if (!Array.isArray(texts) || texts.length === 0) return flag.fallback;
  const { name, parseAll } = flag;
  const read = parseAll(texts.map(String));
  if ("all" in read) return read.all;
  throw new UsageError(`--${name} is "${read.wrong}"; ${read.why}`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) {
      lines.push(word);
    } else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
