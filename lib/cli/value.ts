/**
 * Values on the command line: how they are read, and what would make sense.
 *
 * @module
 */

import type { MinFree } from "../config.ts";
import { parseAddress } from "../policy/address.ts";
import { isLinkLocal } from "../policy/listening.ts";
import { parseDuration, parseSize } from "../policy/quantity.ts";
import type { ListFlag, ValueFlag } from "./flag.ts";

/** What all flags have that take the same kind of value. */
export type Value<T> = Pick<ValueFlag<T>, "value" | "parse"> & {
  /** What would make sense. */
  readonly expected: string;
};

/** The largest port. */
export const MAX_PORT = 65_535;

/** A size, bytes. */
export const SIZE: Value<number> = {
  value: "SIZE",
  parse: parseSize,
  expected: "a size such as 10M or 1.5G",
};

/** A time, milliseconds; none at all would end everything before it began. */
export const TIME: Value<number> = {
  value: "TIME",
  parse: (text) => parseDuration(text) || undefined,
  expected: "a time such as 90s, 1m30s or 1h",
};

/** An IP address. */
export const IP: Value<string> = {
  value: "IP",
  // In the brackets that URLs have, too.
  parse: (text) => parseAddress(text.replace(/^\[(.*:.*)\]$/, "$1")),
  expected: "an IP address such as 192.0.2.7",
};

/** Any text, such as the path of a file. */
export function anyText(value: string): Value<string> {
  return { value, parse: (text) => text, expected: "any text" };
}

/** A whole number, both ends included. */
export function countFrom(min: number, max: number): Value<number> {
  return {
    value: "N",
    parse: (text) => {
      const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
      return number >= min && number <= max ? number : undefined;
    },
    expected: `a number from ${min} to ${max}`,
  };
}

/** One of several words or numbers. */
export function oneOf<T extends string | number>(
  value: string,
  choices: readonly T[],
): Value<T> {
  return {
    value,
    parse: (text) => choices.find((it) => `${it}` === text),
    expected: `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`,
  };
}

/**
 * Texts that are wrong for reasons of their own.
 *
 * @param refuse Gives the reason; `undefined` if a text is right.
 * @param read Reads one that is right.
 */
export function judgedBy<T>(
  refuse: (text: string) => string | undefined,
  read: (text: string) => T,
): Pick<ValueFlag<T>, "parse" | "expected"> {
  return {
    parse: (text) => refuse(text) === undefined ? read(text) : undefined,
    expected: (text) => refuse(text) ?? "",
  };
}

/**
 * Reads the values of a list one by one.
 *
 * @param parse Makes sense of one; a text says why there is none in it.
 */
export function parseEach<T>(
  texts: readonly string[],
  parse: (text: string) => T | string,
): ReturnType<ListFlag<T[]>["parseAll"]> {
  const all: T[] = [];
  for (const wrong of texts) {
    const value = parse(wrong);
    if (typeof value === "string") return { wrong, why: value };
    all.push(value);
  }
  return { all };
}

/** Reads an IP address and a port, as URLs have them. */
export function parseSocketAddress(
  text: string,
): { hostname: string; port: number } | undefined {
  // An IPv6 address needs its brackets, or where does it end?
  const [, host = "", digits] = /^(\[.*\]|[^:]*):([0-9]{1,5})$/.exec(text) ??
    [];
  const hostname = IP.parse(host);
  const port = Number(digits);
  return hostname === undefined || port > MAX_PORT
    ? undefined
    : { hostname, port };
}

/** Reads the local addresses to listen on. */
export function parseBind(
  texts: readonly string[],
): ReturnType<ListFlag<string[]>["parseAll"]> {
  const all = new Set<string>();
  for (const wrong of texts) {
    const address = IP.parse(wrong);
    if (isLinkLocal(wrong.replace("[", ""))) {
      const why = "each link may have that address; :: has all of them, or " +
        "name another address";
      return { wrong, why };
    }
    if (address === undefined) return { wrong, why: `expected ${IP.expected}` };
    all.add(address);
  }
  return { all: [...all] };
}

/** Reads how much of the disk stays free. */
export function parseMinFree(text: string): MinFree | undefined {
  if (text.endsWith("%")) {
    const percent = countFrom(0, 99).parse(text.slice(0, -1));
    return percent === undefined ? undefined : { kind: "percent", percent };
  }
  const bytes = parseSize(text);
  return bytes === undefined ? undefined : { kind: "bytes", bytes };
}
