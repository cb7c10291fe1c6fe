import { assertEquals, assertExists } from "@std/assert";
import { fromFileUrl } from "@std/path";
import plugin from "../scripts/lint.ts";

/** What the plugin says about a source text at a path of the project. */
function complaints(path: string, source: string): string[] {
  const filename = fromFileUrl(new URL(`../${path}`, import.meta.url));
  return Deno.lint.runPlugin(plugin, filename, source)
    .map(({ id, message }) => `${id}: ${message}`);
}

/** Texts that a pure file may not hold, and what is wrong with them. */
const IMPURE: readonly (readonly [what: string, sources: readonly string[]])[] =
  [
    ['"Deno"', ["Deno.cwd();", "const { cwd } = Deno;"]],
    ['"Date"', ["new Date();", "Date.now();", "let at: Date;"]],
    ['"Math.random"', ["Math.random();", "const dice = Math.random;"]],
    ['"Math.random"', ['Math["random"]();', "Math[name]();"]],
    ["await", ["await x;"]],
    ["async function", ["async function f() {}", "async function* f() {}"]],
    ["async function", ["const f = async () => {};", "f(async () => 1);"]],
    ["async function", ["const f = async function () {};"]],
    ["async function", ["class A { async f() {} }", "({ async f() {} });"]],
    ["Dynamic import", ['import("./a.ts");', "import(name);"]],
  ];

const IMPURE_NAMES = "Temporal Intl AbortSignal performance setTimeout " +
  "setInterval clearTimeout clearInterval setImmediate queueMicrotask " +
  "requestAnimationFrame console crypto fetch Worker localStorage process " +
  "globalThis self Promise eval Function";

/** Imports that no pure file may have. */
const IMPURE_IMPORTS = "@std/path node:fs npm:fast-check ./sub/a.ts " +
  "https://example.com/a.ts";

/** All ways to import, but for those that no pure file may use at all. */
const IMPORTS: readonly string[] = [
  'import { a } from "?";',
  'import type { A } from "?";',
  'import "?";',
  'export { a } from "?";',
  'export * from "?";',
  'type A = import("?").A;',
];

Deno.test("pure reports what has effects, in pure files only", () => {
  const rows = [
    ...IMPURE,
    ...IMPURE_NAMES.split(" ").map((it) => [`"${it}"`, [`${it}(x);`]] as const),
    ...IMPURE_IMPORTS.split(" ").map((it) =>
      [`Import of "${it}"`, IMPORTS.map((to) => to.replace("?", it))] as const
    ),
  ];
  for (const [what, sources] of rows) {
    const expected = [`wotftp/pure: ${what} in a pure file`];
    for (const source of sources) {
      assertEquals(complaints("lib/protocol/x.ts", source), expected, source);
      assertEquals(complaints("lib/policy/x.ts", source), expected, source);
      assertEquals(complaints("lib/cli/x.ts", source), [], source);
      assertEquals(complaints("tests/protocol/x.ts", source), [], source);
    }
  }
});

const PURE: readonly string[] = [
  'import { decodePacket } from "./codec.ts";',
  'import { ErrorCode } from "../protocol/packet.ts";',
  'export * from "./packet.ts";',
  "export interface A { readonly bytes: Uint8Array; }",
  "export function f(now: number): number { return now + 1; }",
  "function* f() { yield 1; }",
  "Math.floor(Math.max(1.5, 2));",
  "new TextEncoder().encode(text);",
  "new URL(text);",
  "throw new RangeError('no');",
  'const text = "Date.now() and await Deno";',
  "// Deno, Date, console, await",
];

Deno.test("pure has nothing against plain computing", () => {
  for (const source of PURE) {
    assertEquals(complaints("lib/policy/x.ts", source), [], source);
  }
});

Deno.test("pure points at the place and says what to do", () => {
  const source = "const a = 1;\nDate.now();\n";
  const filename = fromFileUrl(new URL("../lib/policy/x.ts", import.meta.url));
  const [found] = Deno.lint.runPlugin(plugin, filename, source);
  assertExists(found);
  assertEquals(source.slice(...found.range), "Date");
  const hint = "Take it as an argument, or return it as an action.";
  assertEquals(found.hint, hint);
});

/** What a file may import, and behind the bar what it may not. */
const ROOMS = `
main.ts ./lib/cli/a.ts ./lib/threads/a.ts ./lib/client/a.ts ./lib/problem.ts
  ./deno.json @std/path | ./lib/front/a.ts ./lib/transfer/a.ts ./tests/a.ts
  ./lib/storage/a.ts ./lib/report/a.ts ./lib/protocol/a.ts ./lib/new/a.ts
lib/cli/x.ts ./a.ts ../policy/a.ts ../config.ts @std/cli/parse-args |
  ../clock.ts ../front/a.ts ../threads/a.ts ../../main.ts ../protocol/a.ts
lib/client/x.ts ./a.ts ../policy/a.ts ../protocol/a.ts ../stop_key.ts |
  ../front/a.ts ../cli/a.ts ../threads/a.ts ../../deno.json
lib/threads/x.ts ./a.ts ../front/message.ts ../transfer/message.ts
  ../storage/a.ts ../policy/a.ts ../shared.ts |
  ../front/front.ts ../transfer/room.ts ../cli/a.ts ../../tests/a.ts
lib/front/x.ts ./a.ts ../policy/a.ts ../protocol/a.ts ../report/a.ts
  ../channel.ts | ../storage/a.ts ../transfer/message.ts ../threads/a.ts
lib/transfer/x.ts ./a.ts ../storage/a.ts ../policy/a.ts ../protocol/a.ts
  ../channel.ts | ../front/message.ts ../threads/a.ts ../policy/../front/a.ts
lib/storage/x.ts ./a.ts ../policy/a.ts ../shared.ts @std/fs/walk node:fs |
  ../front/a.ts ../transfer/a.ts ../threads/a.ts ../protocol/a.ts
lib/report/x.ts ./a.ts ../policy/a.ts ../protocol/a.ts ../channel.ts |
  ../front/a.ts ../transfer/a.ts ../storage/a.ts
lib/x.ts ./clock.ts ./policy/a.ts ./protocol/a.ts |
  ./front/a.ts ./storage/a.ts ../main.ts /lib/front/a.ts file:///a.ts
tests/x.ts ../lib/front/a.ts ../lib/front/worker.ts ../main.ts |
`;

Deno.test("one-way knows which room may import which", () => {
  for (const row of ROOMS.trim().split(/\n(?! )/)) {
    const [allowed = "", forbidden = ""] = row.split("|");
    const [place = "", ...sources] = allowed.trim().split(/\s+/);
    for (const source of sources) {
      assertEquals(complaints(place, `import { a } from "${source}";`), []);
    }
    const room = /^lib\/(?:([a-z]+)\/)?/.exec(place);
    const name = room === null ? place : room[1] ?? "*.ts";
    for (const source of forbidden.split(/\s+/).filter((it) => it !== "")) {
      const expected = [`wotftp/one-way: ${name} may not use "${source}"`];
      for (const text of IMPORTS) {
        const it = text.replace("?", source);
        assertEquals(complaints(place, it), expected, `${place}: ${it}`);
      }
    }
  }
});

const start = (source: string) => `new URL("${source}", import.meta.url);`;

/** Imports that are no rows of {@linkcode ROOMS}, and what is wrong with them. */
const OTHERS: ReadonlyArray<
  readonly [place: string, source: string, wrong?: string]
> = [
  ["policy", 'import "../protocol/a.ts";'],
  [
    ...["protocol", 'import "../policy/a.ts";'] as const,
    'protocol may not use "../policy/a.ts"',
  ],
  [
    ...["front", 'import("../storage/a.ts");'] as const,
    'front may not use "../storage/a.ts"',
  ],
  // A thread is started by its URL, and in no other way.
  ["threads", start("../front/worker.ts")],
  ["threads", start("../transfer/worker.ts")],
  [
    ...["threads", 'import "../front/worker.ts";'] as const,
    '"../front/worker.ts" cannot be imported',
  ],
  [
    ...["threads", start("../transfer/message.ts")] as const,
    '"../transfer/message.ts" cannot be started',
  ],
  [
    ...["front", start("../transfer/worker.ts")] as const,
    'front may not use "../transfer/worker.ts"',
  ],
  ...["server", "utils", "constructor"].map((room) =>
    [
      ...[room, "export const a = 1;"] as const,
      `${room} has no row in MAY_IMPORT`,
    ] as const
  ),
];

Deno.test("one-way knows pure rooms, dynamic imports, threads, and every folder", () => {
  for (const [place, source, wrong] of OTHERS) {
    const expected = wrong === undefined ? [] : [`wotftp/one-way: ${wrong}`];
    assertEquals(complaints(`lib/${place}/x.ts`, source), expected, source);
  }
});
