/**
 * What the README shows is what there is: the help, the files, the tasks and
 * the lines that are printed.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { HELP } from "../lib/flags.ts";
import {
  MAX_BLKSIZE,
  MAX_TIMEOUT_SECONDS,
  MIN_BLKSIZE,
  windowCapacity,
} from "../lib/protocol/options.ts";
import {
  MAX_BACKOFF_MS,
  MIN_DALLY_MS,
} from "../lib/protocol/transfer_state.ts";
import type { Event } from "../lib/report/event.ts";
import { textReport } from "../lib/report/text.ts";
import {
  DEFAULT_CONFIG,
  GRACE_MS,
  RECEIVE_BUFFER_BYTES,
} from "../lib/server/config.ts";
import { ROOT } from "./process.ts";
import { FAULTS } from "./simulation/faults.ts";

const README = await Deno.readTextFile(join(ROOT, "README.md"));

/** Small numbers as the README writes them. */
const WORDS = ["sixteen", "seventeen", "eighteen", "nineteen", "twenty"];

/** The files and folders of the map, as paths from the project's folder. */
function mapped(): string[] {
  const map = /```\nmain\.ts [^]*?```/.exec(README)?.[0] ?? "";
  const folders: string[] = [];
  return map.split("\n").slice(1, -1).map((line) => {
    const [, indent = "", name = ""] = /^( *)(\S+)/.exec(line) ?? [];
    const depth = indent.length / 2;
    const path = [...folders.slice(0, depth), name].join("");
    folders[depth] = name;
    return path;
  });
}

/** What is in a folder, folders with a slash at their end. */
function inside(folder: string): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))]
    .map((it) => `${folder}${it.name}${it.isDirectory ? "/" : ""}`);
}

Deno.test("the README holds the help as it is printed", () => {
  assertStringIncludes(README, `\n\`\`\`\n${HELP}\`\`\`\n`);
});

Deno.test("the README's map shows what is there", () => {
  const missing = mapped().filter((path) =>
    !inside(/^(.*\/)?[^/]+\/?$/.exec(path)?.[1] ?? "").includes(path)
  );
  assertEquals(missing, []);
});

Deno.test("the README's map leaves nothing out of lib/", () => {
  const paths = mapped();
  const all = [...inside("lib/"), ...inside("lib/protocol/")];
  assertEquals(all.filter((path) => !paths.includes(path)), []);
});

Deno.test("the README knows the tasks there are", () => {
  const tasks = Object.keys(config.tasks);
  for (const [, task = ""] of README.matchAll(/\btask ([a-z:]+)/g)) {
    assert(tasks.includes(task), task);
  }
});

Deno.test("the README counts the mistakes that the simulation notices", () => {
  const [, number = ""] = /notices (\w+) deliberate mistakes/.exec(README) ??
    [];
  assertEquals(16 + WORDS.indexOf(number), FAULTS.length);
});

const ROUTER = { hostname: "10.1.1.5", port: 50_312 };
const FIRMWARE = { hostname: "127.0.0.1", port: 48_568 };

/** The events behind the lines of the README's sessions. */
const SESSIONS: readonly Event[] = [
  ...["./uploads", "/srv/uploads"].map((directory) => ({
    kind: "listening" as const,
    hostname: "0.0.0.0",
    port: 6_969,
    directory,
  })),
  {
    ...{ kind: "accepted", peer: FIRMWARE, filename: "firmware.bin" },
    ...{ mode: "octet", blksize: 512, windowsize: 1, tsize: 5_000_000 },
  },
  {
    ...{ kind: "stored", peer: FIRMWARE, filename: "firmware.bin" },
    ...{ storedName: "firmware.bin", bytes: 5_000_000, seconds: 0.89 },
    announced: undefined,
  },
  {
    ...{ kind: "accepted", peer: ROUTER, filename: "core-sw1.cfg" },
    ...{ mode: "netascii", blksize: 512, windowsize: 1, tsize: undefined },
  },
  {
    ...{ kind: "stored", peer: ROUTER, filename: "core-sw1.cfg" },
    storedName: "10.1.1.5-core-sw1.cfg-2026-11-23-11-05-37-345",
    ...{ bytes: 48_213, seconds: 0.31, announced: undefined },
  },
  {
    kind: "refused",
    peer: { hostname: "10.1.1.9", port: 41_001 },
    filename: "../etc/passwd",
    reason: "name leaves the upload directory",
  },
  {
    kind: "refused",
    peer: { hostname: "10.1.1.9", port: 41_002 },
    filename: "core-sw1.cfg",
    reason: "read request not supported - write requests only",
  },
  { kind: "idle", at: "11:05:48" },
  { kind: "stopping", uploads: 0 },
  { kind: "stopped" },
];

Deno.test("the README's sessions print what the program prints", () => {
  const lines = README.split("\n").map((line) => line.replace(/^\^C/, ""));
  const shown = new Set(
    lines.filter((line) => /^(wotftp: |Idle at)/.test(line)),
  );
  const printed = new Set<string>();
  const report = textReport(1, (line) => printed.add(line));
  for (const event of SESSIONS) report.add(event);
  assertEquals([...shown].sort(), [...printed].sort());
});

/** Numbers that the README names, made from those that hold. */
const NUMBERS: readonly string[] = [
  `uploads end, for ${GRACE_MS / 1_000} seconds at most`,
  `silent for ${DEFAULT_CONFIG.idleMs / 1_000} seconds`,
  `doubling pauses up to ${MAX_BACKOFF_MS / 1_000} seconds`,
  `stays for ${MIN_DALLY_MS / 1_000} seconds or more`,
  `\`blksize\` ${MIN_BLKSIZE} to ${MAX_BLKSIZE} `,
  `\`timeout\` 1 to ${MAX_TIMEOUT_SECONDS} seconds`,
  `${windowCapacity(1_468, RECEIVE_BUFFER_BYTES)} blocks of up to 1468 bytes`,
];

for (const number of NUMBERS) {
  Deno.test(`the README says "${number}"`, () => {
    assertStringIncludes(README.replaceAll(/\s+/g, " "), number);
  });
}
