/**
 * What the README shows is what there is: the help, the files, the tasks, the
 * numbers and the lines that are printed.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { HELP } from "../lib/cli/parse.ts";
import { NEGOTIATION } from "../lib/config.ts";
import { GRACE_MS } from "../lib/front/front.ts";
import { MAX_HALF_OPEN } from "../lib/policy/admission.ts";
import { MAX_ADDRESSES } from "../lib/policy/listening.ts";
import {
  MAX_DIRECTORIES,
  MAX_NAME_BYTES,
  MAX_PATH_BYTES,
} from "../lib/policy/filename.ts";
import {
  MAX_BLKSIZE,
  MAX_TIMEOUT_SECONDS,
  MIN_BLKSIZE,
  windowCapacity,
} from "../lib/protocol/options.ts";
import {
  SERVED_AGAIN,
  SERVED_AT_ONCE,
  SERVED_KNOWN,
} from "../lib/policy/strangers.ts";
import { DEFAULT_IDLE_MS } from "../lib/protocol/terms.ts";
import {
  MAX_BACKOFF_MS,
  MIN_DALLY_MS,
} from "../lib/protocol/transfer_state.ts";
import type { Event } from "../lib/report/event.ts";
import { textReport } from "../lib/report/text.ts";
import { withReference } from "../scripts/reference.ts";
import { COUNTS } from "./report/events.ts";
import { STACKS } from "./interop/stack.ts";
import { ROOT } from "./process.ts";
import { FAULTS } from "./simulation/faults.ts";

const README = await Deno.readTextFile(join(ROOT, "README.md"));
const CAPACITY = windowCapacity(1_468, NEGOTIATION.receiveBufferBytes);

Deno.test("the README holds the help as it is printed", () => {
  assertStringIncludes(README, `\n\`\`\`\n${HELP}\`\`\`\n`);
});

Deno.test("the README's tables are those of the code", () => {
  assertEquals(withReference(README), README);
});

Deno.test("the README's map shows what is there, and every room of lib/", () => {
  const map = /```\nmain\.ts [^]*?```/.exec(README)?.[0] ?? "";
  const folders: string[] = [];
  const paths = map.split("\n").slice(1, -1).map((line) => {
    const [, indent = "", name = ""] = /^( *)(\S+)/.exec(line) ?? [];
    const depth = indent.length / 2;
    folders[depth] = name;
    return folders.slice(0, depth + 1).join("");
  });
  for (const path of paths) {
    const { isDirectory } = Deno.statSync(join(ROOT, path));
    assertEquals(isDirectory, path.endsWith("/"), path);
  }
  const rooms = [...Deno.readDirSync(join(ROOT, "lib"))]
    .filter(({ isDirectory }) => isDirectory);
  const missing = rooms.filter(({ name }) => !paths.includes(`lib/${name}/`));
  assertEquals(missing, []);
});

Deno.test("the README knows the tasks there are", () => {
  const tasks = Object.keys(config.tasks);
  for (const [, task = ""] of README.matchAll(/\btask (?:-q )?([a-z:]+)/g)) {
    assert(tasks.includes(task), task);
  }
});

Deno.test("the README's table of clients has those that are tried", () => {
  const table = /\n## Clients\n[^]*?\n## /.exec(README)?.[0] ?? "";
  const [, , ...names] = [...table.matchAll(/^\| (\S+) /gm)]
    .map(([, name]) => name);
  assertEquals(names, STACKS.map(({ name }) => name));
});

/** Numbers that the README names, made from those that hold. */
const NUMBERS: readonly string[] = [
  `uploads end, for ${GRACE_MS / 1_000} seconds at most`,
  `silent for ${DEFAULT_IDLE_MS / 1_000} seconds`,
  `doubling pauses up to ${MAX_BACKOFF_MS / 1_000} seconds`,
  `stays for ${MIN_DALLY_MS / 1_000} seconds or more`,
  `\`blksize\` ${MIN_BLKSIZE} to ${MAX_BLKSIZE} `,
  `\`timeout\` 1 to ${MAX_TIMEOUT_SECONDS} seconds`,
  `${CAPACITY} blocks of up to 1468 bytes`,
  `more than ${MAX_ADDRESSES} addresses, all are one socket`,
  `more than ${MAX_HALF_OPEN} such requests are kept at once`,
  `strangers ${SERVED_AT_ONCE.burst} requests are served at once, and ` +
  `${SERVED_AT_ONCE.perSecond} a second`,
  `beyond ${SERVED_KNOWN.burst} at once and ${SERVED_KNOWN.perSecond} requests`,
  `and ${SERVED_AGAIN.perSecond} requests a second that come again`,
  `${MAX_DIRECTORIES} directories deep at most`,
  `${MAX_NAME_BYTES} bytes at most with the stamps, and ${MAX_PATH_BYTES} with`,
  `notices ${FAULTS.length} deliberate mistakes`,
];

Deno.test("the README's numbers are those that hold", () => {
  const text = README.replaceAll(/\s+/g, " ");
  assertEquals(NUMBERS.filter((number) => !text.includes(number)), []);
});

const ROUTER = { hostname: "10.1.1.5", port: 50_312 };
const FIRMWARE = { hostname: "127.0.0.1", port: 48_568 };

/** The events behind the lines of the README's sessions. */
const SESSIONS: readonly Event[] = [
  ...["/home/you/wotftp/uploads", "/srv/uploads"].map((directory) => ({
    ...{ kind: "listening" as const, hostnames: ["::"], port: 6_969 },
    ...{ directory, addresses: [] },
  })),
  {
    ...{ kind: "accepted", peer: FIRMWARE, filename: "firmware.bin" },
    ...{ mode: "octet", blksize: 512, windowsize: 1, tsize: 5_000_000 },
    isCutBack: false,
  },
  {
    ...{ kind: "stored", peer: FIRMWARE, filename: "firmware.bin" },
    ...{ storedName: "firmware.bin", bytes: 5_000_000, seconds: 0.89 },
    ...{ replacedBytes: undefined, announced: undefined, counts: COUNTS },
  },
  {
    ...{ kind: "accepted", peer: ROUTER, filename: "core-sw1.cfg" },
    ...{ mode: "netascii", blksize: 512, windowsize: 1, tsize: undefined },
    isCutBack: false,
  },
  {
    ...{ kind: "stored", peer: ROUTER, filename: "core-sw1.cfg" },
    storedName: "10.1.1.5-core-sw1.cfg-2026-11-23-11-05-37-345",
    ...{ bytes: 48_213, seconds: 0.31 },
    ...{ replacedBytes: undefined, announced: undefined, counts: COUNTS },
  },
  {
    ...{ kind: "refused", peer: { hostname: "10.1.1.9", port: 41_001 } },
    ...{ filename: "../etc/passwd", isAnswered: true },
    reason: "invalid filename - contains a directory",
  },
  {
    ...{ kind: "refused", peer: { hostname: "10.1.1.9", port: 41_002 } },
    ...{ filename: "core-sw1.cfg", isAnswered: true },
    reason: "read request not supported - write requests only",
  },
  { kind: "idle", epochMs: new Date(2026, 10, 23, 11, 5, 48).getTime() },
  { kind: "stopping", uploads: 0 },
  { kind: "stopped" },
];

Deno.test("the README's sessions print what the program prints", () => {
  const time = /^(\^C)?(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d /;
  const lines = README.split("\n").map((line) => line.replace(time, ""));
  const shown = new Set(lines.filter((it) => /^(wotftp: |Idle at)/.test(it)));
  const printed = new Set<string>();
  const report = textReport(1, (line) => printed.add(line));
  for (const event of SESSIONS) report.add(event);
  assertEquals([...shown].sort(), [...printed].sort());
});
