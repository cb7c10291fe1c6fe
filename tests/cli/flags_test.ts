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

const ADDRESS = "an IP address such as 192.0.2.7";
const RANGE = "an address such as 192.0.2.7";
const SIZE = "a size such as 10M or 1.5G";
const TIME = "a time such as 90s, 1m30s or 1h";
const NO_COUNTS = ["-1", "x", "1.5", "1e3", "0x45", " 69", "6x", "99999999999"];

const KNOWN: Readonly<Record<keyof ServeSettings, Known>> = {
  directory: {
    ...{ name: "dir", fallback: ".", said: "the current directory" },
    reads: { "/srv/uploads": "/srv/uploads", "two words": "two words" },
  },
  port: {
    ...{ name: "port", fallback: 69, said: "69" },
    reads: { "0": 0, "6969": 6_969, "65535": 65_535 },
    refuses: ["65536", ...NO_COUNTS],
    expected: "a number from 0 to 65535",
  },
  isSinglePort: {
    ...{ name: "single-port", fallback: false, given: true },
    said: "each upload has a port of its own",
  },
  hostnames: {
    ...{ name: "bind", fallback: [], said: "all there are" },
    reads: {
      "127.0.0.1": ["127.0.0.1"],
      "0:0:0:0:0:0:0:1": ["::1"],
      "[::1]": ["::1"],
    },
    refuses: ["localhost", "256.1.1.1", "[::1", "[127.0.0.1]", "1"],
    expected: ADDRESS,
  },
  remoteip: {
    ...{ name: "remoteip", fallback: [], said: "any" },
    reads: { "10.0.0.0/8": rangesOf("10.0.0.0/8"), "[::1]": rangesOf("::1") },
    refuses: ["a,b", "10.0.0.0/08", "localhost"],
    expected: `${RANGE} or a range such as 10.0.0.0/8 or 2001:db8::/32`,
  },
  servesLowPorts: {
    ...{ name: "low-ports", fallback: false, said: "ignore them" },
    given: true,
  },
  timestamp: { name: "timestamp", fallback: false, given: true },
  ipstamp: { name: "ipstamp", fallback: false, given: true },
  template: {
    ...{ name: "name-template", fallback: undefined, said: "{name}" },
    reads: { "{client}/{name}": readTemplate("{client}/{name}") },
  },
  paths: {
    ...{ name: "paths", fallback: "flat", said: "flat" },
    reads: { flat: "flat", strip: "strip", keep: "keep" },
    refuses: ["Keep", "yes"],
    expected: "flat, strip or keep",
  },
  allowedChars: {
    ...{ name: "allow-chars", fallback: "", said: "none" },
    reads: { " +@": " +@" },
  },
  onExists: {
    ...{ name: "on-exists", fallback: "replace", said: "replace" },
    reads: { replace: "replace", refuse: "refuse", version: "version" },
    refuses: ["Replace", "keep"],
    expected: "replace, refuse or version",
  },
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
    reads: { "64M": 67_108_864 },
    refuses: ["much"],
    expected: SIZE,
  },
  maxTransfers: {
    ...{ name: "max-transfers", fallback: 10_000, said: "10000" },
    reads: { "1": 1, "1000000": 1_000_000 },
    refuses: ["0", "1000001", ...NO_COUNTS],
    expected: "a number from 1 to 1000000",
  },
  maxPerClient: {
    ...{ name: "max-per-client", fallback: 10_000, said: "10000" },
    reads: { "1": 1 },
    refuses: ["0", ...NO_COUNTS],
    expected: "a number from 1 to 1000000",
  },
  netascii: {
    ...{ name: "netascii", fallback: "keep", said: "keep" },
    reads: { keep: "keep", convert: "convert" },
    refuses: ["Convert", "no"],
    expected: "keep or convert",
  },
  maxBlksize: {
    ...{ name: "max-blksize", fallback: 65_464, said: "65464" },
    reads: { mtu: "mtu", "8": 8, "65464": 65_464 },
    refuses: ["7", "65465", "MTU", ...NO_COUNTS],
    expected: "mtu or a number from 8 to 65464",
  },
  maxWindowsize: {
    ...{ name: "max-windowsize", fallback: 65_535 },
    said: "65535, and what the system can hold",
    reads: { "1": 1, "65535": 65_535 },
    refuses: ["0", "65536", ...NO_COUNTS],
    expected: "a number from 1 to 65535",
  },
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
    reads: { "2h": 7_200_000 },
    refuses: ["0", "-1"],
    expected: TIME,
  },
  threads: {
    ...{
      name: "threads",
      fallback: undefined,
      said: "one fewer than processors",
    },
    reads: { "1": 1, "256": 256 },
    refuses: ["0", "257", ...NO_COUNTS],
    expected: "a number from 1 to 256",
  },
  isSynced: { name: "no-sync", fallback: true, given: false },
  receipts: {
    ...{ name: "receipts", fallback: undefined, said: "none" },
    reads: { "/var/log/receipts": "/var/log/receipts" },
  },
  metrics: {
    ...{ name: "metrics", fallback: undefined, said: "nobody" },
    reads: {
      "127.0.0.1:9100": { hostname: "127.0.0.1", port: 9_100 },
      "[::1]:0": { hostname: "::1", port: 0 },
    },
    refuses: ["9100", "127.0.0.1", "127.0.0.1:65536", "::1:9100", "host:1"],
    expected: "an address such as 127.0.0.1:9100 or [::1]:9100",
  },
  once: { name: "once", fallback: false, given: true },
  count: {
    ...{ name: "count", fallback: undefined, said: "never" },
    reads: { "1": 1, "1000000": 1_000_000 },
    refuses: ["0", "1000001", ...NO_COUNTS],
    expected: "a number from 1 to 1000000",
  },
  expectFile: {
    ...{ name: "expect", fallback: undefined, said: "nobody is expected" },
    reads: { "/etc/devices": "/etc/devices" },
  },
  withinMs: {
    ...{ name: "within", fallback: undefined, said: "for ever" },
    reads: { "10m": 600_000 },
    refuses: ["0", "soon", "25d"],
    expected: `${TIME}, 24d at most`,
  },
  stopKeyFile: {
    ...{ name: "stop-key-file", fallback: undefined },
    said: "only signals end it",
    reads: { "/etc/key": "/etc/key" },
  },
  logFormat: {
    ...{ name: "log", fallback: "text", said: "text" },
    reads: { text: "text", plain: "plain", json: "json" },
    refuses: ["xml", "JSON"],
    expected: "text, plain or json",
  },
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

Deno.test("DEFAULTS holds what is not given", () => {
  const settings = ROWS.map(([field, { fallback }]) => [field, fallback]);
  assertEquals<unknown>(DEFAULTS, Object.fromEntries(settings));
});

Deno.test("SERVE_FLAGS states the default of every flag with a value", () => {
  for (const [field, flag] of Object.entries(SERVE_FLAGS)) {
    const said = /Default: (.*)\.$/.exec(flag.help)?.[1];
    assertEquals(said, ROWS.find(([it]) => it === field)?.[1].said, field);
  }
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
