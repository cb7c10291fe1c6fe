/**
 * Values on the command line: how they are read, and what would make sense.
 *
 * @module
 */

import type { MinFree } from "../config.ts";
import { parseAddress } from "../policy/address.ts";
import type { Paths } from "../policy/asked_path.ts";
import { isLinkLocal } from "../policy/listening.ts";
import type { OnExists } from "../policy/naming.ts";
import { parseDuration, parseSize } from "../policy/quantity.ts";
import type { ListFlag, ValueFlag } from "./flag.ts";

/** The largest port. */
export const MAX_PORT = 65_535;
/** What would make sense as a size. */
export const SIZE = "a size such as 10M or 1.5G";
/** What would make sense as a time. */
export const TIME = "a time such as 90s, 1m30s or 1h";

/** What all flags with an address have. */
export const IP: Pick<ValueFlag<string>, "value" | "parse" | "expected"> = {
  value: "IP",
  // In the brackets that URLs have, too.
  parse: (text) => parseAddress(text.replace(/^\[(.*:.*)\]$/, "$1")),
  expected: "an IP address such as 192.0.2.7",
};

/** Reads an IP address and a port, as URLs have them. */
export function parseSocketAddress(
  text: string,
): { hostname: string; port: number } | undefined {
  const [, host, digits] = /^(.*):([0-9]{1,5})$/.exec(text) ?? [];
  const hostname = IP.parse(host ?? "");
  const port = Number(digits);
  // An IPv6 address needs its brackets, or where does it end?
  const isBare = host !== undefined && host.includes(":") &&
    !host.startsWith("[");
  return hostname === undefined || isBare || port > MAX_PORT
    ? undefined
    : { hostname, port };
}

/** Takes any text. */
export function anyText(text: string): string {
  return text;
}

/**
 * Reads the values of a list one by one.
 *
 * @param texts The values.
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

/** Reads what becomes of a name that is taken. */
export function parseOnExists(text: string): OnExists | undefined {
  return text === "replace" || text === "refuse" || text === "version"
    ? text
    : undefined;
}

/** Reads what becomes of directories in names. */
export function parsePaths(text: string): Paths | undefined {
  return text === "flat" || text === "strip" || text === "keep"
    ? text
    : undefined;
}

/**
 * What a flag has whose texts are wrong for reasons of their own.
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

/** Reads a duration; none at all would end every upload before it began. */
export function parsePositive(text: string): number | undefined {
  return parseDuration(text) || undefined;
}

/** What a flag has whose value is a whole number, both ends included. */
export function countFrom(
  min: number,
  max: number,
): Pick<ValueFlag<number>, "parse"> & { readonly expected: string } {
  return {
    parse: (text) => {
      const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
      return number >= min && number <= max ? number : undefined;
    },
    expected: `a number from ${min} to ${max}`,
  };
}
