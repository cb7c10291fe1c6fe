import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseFlags, UsageError } from "../../lib/cli/flag.ts";
import {
  DEFAULTS,
  SERVE_FLAGS,
  type ServeSettings,
} from "../../lib/cli/flags.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { rangesOf } from "../policy/ranges.ts";

/** A flag as the operator knows it. */
interface Known {
  readonly name: string;
  /** What holds without it, and how the help says so. */
  readonly fallback: unknown;
  readonly said?: string;
  /** Values by text; `given` for a flag without a value. */
  readonly reads?: Readonly<Record<string, unknown>>;
  readonly given?: unknown;
  /** Texts that make no sense, and what would. */
  readonly refuses?: readonly string[];
  readonly expected?: string;
}

const RANGE = "an address such as 192.0.2.7";
const SIZE = "a size such as 10M or 1.5G";
const TIME = "a time such as 90s, 1m30s or 1h";
const NO_COUNTS = ["-1", "x", "1.5", "1e3", "0x45", " 69", "6x", "99999999999"];
const MILLION = 1_000_000;

/** A flag without a value. */
function given(name: string, said?: string): Known {
  const known = { name, fallback: false, given: true };
  return said === undefined ? known : { ...known, said };
}

/** A flag whose value is one of a few words. */
function oneOf(
  name: string,
  [fallback, ...others]: readonly [string, ...string[]],
  refuses: readonly string[],
): Known {
  const words = [fallback, ...others];
  const expected = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  const reads = Object.fromEntries(words.map((it) => [it, it]));
  return { name, fallback, said: fallback, reads, refuses, expected };
}

/** A flag whose value is a number. */
function count(
  name: string,
  [min, max]: readonly [number, number],
  fallback: number | undefined,
  said = `${fallback}`,
): Known {
  return {
    ...{ name, fallback, said, reads: { [min]: min, [max]: max } },
    refuses: [`${min - 1}`, `${max + 1}`, ...NO_COUNTS],
    expected: `a number from ${min} to ${max}`,
  };
}

/** A flag that takes any text. */
function text(
  name: string,
  value: string,
  said: string,
  fallback: string | undefined = undefined,
): Known {
  return { name, fallback, said, reads: { [value]: value } };
}

const KNOWN: Readonly<Record<keyof ServeSettings, Known>> = {
  directory: text("dir", "two words", "the current directory", "."),
  port: count("port", [0, 65_535], 69),
  isSinglePort: given("single-port", "each upload has a port of its own"),
  hostnames: {
    ...{ name: "bind", fallback: [], said: "all there are" },
    reads: { "0:0:0:0:0:0:0:1": ["::1"], "[::1]": ["::1"] },
    refuses: ["localhost", "256.1.1.1", "[::1", "[127.0.0.1]", "1"],
    expected: "an IP address such as 192.0.2.7",
  },
  remoteip: {
    ...{ name: "remoteip", fallback: [], said: "any" },
    reads: { "10.0.0.0/8": rangesOf("10.0.0.0/8"), "[::1]": rangesOf("::1") },
    refuses: ["a,b", "10.0.0.0/08", "localhost"],
    expected: `${RANGE} or a range such as 10.0.0.0/8 or 2001:db8::/32`,
  },
  servesLowPorts: given("low-ports", "ignore them"),
  timestamp: given("timestamp"),
  ipstamp: given("ipstamp"),
  template: {
    ...{ name: "name-template", fallback: undefined, said: "{name}" },
    reads: { "{client}/{name}": readTemplate("{client}/{name}") },
  },
  paths: oneOf("paths", ["flat", "strip", "keep"], ["Keep", "yes"]),
  allowedChars: text("allow-chars", " +@", "none", ""),
  onExists: oneOf("on-exists", ["replace", "refuse", "version"], [
    ...["Replace", "keep"],
  ]),
  maxBytes: {
    ...{ name: "max-size", fallback: Infinity, said: "none" },
    reads: { "10M": 10_485_760, "1.5K": 1_536, "0": 0 },
    refuses: ["10 M", "-1", "big"],
    expected: SIZE,
  },
  minFree: {
    ...{ name: "min-free", fallback: { kind: "default" } },
    said: "256M, or 1% of a smaller disk",
    reads: {
      "2g": { kind: "bytes", bytes: 2_147_483_648 },
      "5%": { kind: "percent", percent: 5 },
      "99%": { kind: "percent", percent: 99 },
    },
    refuses: ["100%", "5.5%", "%", "much"],
    expected: "a size such as 500M or 5%",
  },
  maxBufferBytes: {
    ...{ name: "max-memory", fallback: 268_435_456, said: "256M" },
    ...{ reads: { "64M": 67_108_864 }, refuses: ["much"], expected: SIZE },
  },
  maxTransfers: count("max-transfers", [1, MILLION], 10_000),
  maxPerClient: count("max-per-client", [1, MILLION], 10_000),
  netascii: oneOf("netascii", ["keep", "convert"], ["Convert", "no"]),
  maxBlksize: {
    ...{ name: "max-blksize", fallback: 65_464, said: "65464" },
    reads: { mtu: "mtu", "8": 8, "65464": 65_464 },
    refuses: ["7", "65465", "MTU", ...NO_COUNTS],
    expected: "mtu or a number from 8 to 65464",
  },
  maxWindowsize: count(
    ...["max-windowsize", [1, 65_535], 65_535] as const,
    "65535, and what the system can hold",
  ),
  ignoredOptions: {
    ...{ name: "ignore-option", fallback: [], said: "none" },
    reads: { blksize: ["blksize"], WindowSize: ["windowsize"] },
    refuses: ["multicast", "blksize,tsize"],
    expected: "one of blksize, windowsize, timeout, tsize, rollover",
  },
  idleMs: {
    ...{ name: "idle-timeout", fallback: undefined, said: "60s" },
    reads: { "5m": 300_000, "90": 90_000 },
    refuses: ["0", "0s", "5 m", "soon"],
    expected: TIME,
  },
  durationMs: {
    ...{ name: "max-duration", fallback: 86_400_000, said: "1d" },
    ...{ reads: { "2h": 7_200_000 }, refuses: ["0", "-1"], expected: TIME },
  },
  threads: count(
    ...["threads", [1, 256], undefined, "one fewer than processors"] as const,
  ),
  isSynced: { name: "no-sync", fallback: true, given: false },
  receipts: text("receipts", "/var/log/receipts", "none"),
  metrics: {
    ...{ name: "metrics", fallback: undefined, said: "nobody" },
    reads: {
      "127.0.0.1:9100": { hostname: "127.0.0.1", port: 9_100 },
      "[::1]:0": { hostname: "::1", port: 0 },
    },
    refuses: ["9100", "127.0.0.1", "127.0.0.1:65536", "::1:9100", "host:1"],
    expected: "an address such as 127.0.0.1:9100 or [::1]:9100",
  },
  once: given("once"),
  count: count("count", [1, MILLION], undefined, "never"),
  expectFile: text("expect", "/etc/devices", "nobody is expected"),
  withinMs: {
    ...{ name: "within", fallback: undefined, said: "for ever" },
    ...{ reads: { "10m": 600_000 }, refuses: ["0", "soon", "25d"] },
    expected: `${TIME}, 24d at most`,
  },
  stopKeyFile: text("stop-key-file", "/etc/key", "only signals end it"),
  logFormat: oneOf("log", ["text", "plain", "json"], ["xml", "JSON"]),
  showsProgress: { name: "no-progress", fallback: true, given: false },
  verbosity: {
    ...{ name: "verbose", fallback: 1, said: "1" },
    reads: { "0": 0, "1": 1, "2": 2 },
    refuses: ["3", "yes", "-1", "01"],
    expected: "0, 1 or 2",
  },
};

const ROWS = Object.entries(KNOWN);

Deno.test("SERVE_FLAGS has a row for every setting, and no other", () => {
  const flags = Object.entries(SERVE_FLAGS);
  assertEquals(
    flags.map(([field, { name, fallback }]) => [field, name, fallback]),
    ROWS.map(([field, { name, fallback }]) => [field, name, fallback]),
  );
});

Deno.test("DEFAULTS holds what is not given, and SERVE_FLAGS says so", () => {
  const settings = ROWS.map(([field, { fallback }]) => [field, fallback]);
  assertEquals<unknown>(DEFAULTS, Object.fromEntries(settings));
  const helps = Object.values(SERVE_FLAGS)
    .map(({ name, help }) => [name, /Default: (.*)\.$/.exec(help)?.[1]]);
  assertEquals(helps, ROWS.map(([, { name, said }]) => [name, said]));
});

Deno.test("SERVE_FLAGS states defaults that mean what holds", () => {
  for (
    const field of [
      ...["port", "paths", "onExists", "maxTransfers", "maxPerClient"] as const,
      ...["netascii", "maxBlksize"] as const,
      ...["durationMs", "verbosity"] as const,
    ]
  ) {
    const { name, said } = KNOWN[field];
    assertEquals(parseFlags(SERVE_FLAGS, [`--${name}=${said}`]), DEFAULTS);
  }
});

Deno.test("SERVE_FLAGS makes sense of values, and of nothing else", () => {
  for (const [field, { name, given, reads = {}, ...flag }] of ROWS) {
    const { refuses = [], expected } = flag;
    const parse = (arg: string): Record<string, unknown> => {
      const settings = parseFlags(SERVE_FLAGS, [arg]);
      assert(typeof settings === "object");
      return { ...settings };
    };
    if (given !== undefined) assertEquals(parse(`--${name}`)[field], given);
    for (const [text, value] of Object.entries(reads)) {
      const settings = { ...DEFAULTS, [field]: value };
      assertEquals<unknown>(parse(`--${name}=${text}`), settings, text);
    }
    for (const text of refuses) {
      const message = `--${name} is "${text}"; expected ${expected}`;
      assertThrows(() => parse(`--${name}=${text}`), UsageError, message);
    }
  }
});
