import { assertEquals, assertExists } from "@std/assert";
import { fromFileUrl } from "@std/path";
import plugin from "../scripts/lint_pure.ts";

/** What the plugin says about a source text at a path of the project. */
function complaints(path: string, source: string): string[] {
  const filename = fromFileUrl(new URL(`../${path}`, import.meta.url));
  return Deno.lint.runPlugin(plugin, filename, source)
    .map(({ id, message }) => `${id}: ${message}`);
}

const FORBIDDEN: readonly (readonly [string, string])[] = [
  ["Deno.cwd();", '"Deno"'],
  ["const { cwd } = Deno;", '"Deno"'],
  ["new Date();", '"Date"'],
  ["Date.now();", '"Date"'],
  ["let at: Date;", '"Date"'],
  ["Temporal.Now.instant();", '"Temporal"'],
  ["performance.now();", '"performance"'],
  ["setTimeout(f, 1);", '"setTimeout"'],
  ["setInterval(f, 1);", '"setInterval"'],
  ["clearTimeout(1);", '"clearTimeout"'],
  ["clearInterval(1);", '"clearInterval"'],
  ["setImmediate(f);", '"setImmediate"'],
  ["queueMicrotask(f);", '"queueMicrotask"'],
  ["console.log(1);", '"console"'],
  ["crypto.randomUUID();", '"crypto"'],
  ["fetch(url);", '"fetch"'],
  ["new Worker(url);", '"Worker"'],
  ["localStorage.length;", '"localStorage"'],
  ["process.exit();", '"process"'],
  ["globalThis.x;", '"globalThis"'],
  ["self.x;", '"self"'],
  ["Promise.resolve();", '"Promise"'],
  ["eval(text);", '"eval"'],
  ["Function(text);", '"Function"'],
  ["Math.random();", '"Math.random"'],
  ["const dice = Math.random;", '"Math.random"'],
  ['Math["random"]();', '"Math.random"'],
  ["Math[name]();", '"Math.random"'],
  ["await x;", "await"],
  ["async function f() {}", "async function"],
  ["const f = async () => {};", "async function"],
  ["const f = async function () {};", "async function"],
  ["class A { async f() {} }", "async function"],
  ["const a = { async f() {} };", "async function"],
  ["async function* f() {}", "async function"],
  ['import("./a.ts");', "Dynamic import"],
  ["import(name);", "Dynamic import"],
  ['import { join } from "@std/path";', 'Import of "@std/path"'],
  ['import { open } from "node:fs";', 'Import of "node:fs"'],
  ['import fc from "npm:fast-check";', 'Import of "npm:fast-check"'],
  [
    'import "https://example.com/a.ts";',
    'Import of "https://example.com/a.ts"',
  ],
  ['import { a } from "../cli.ts";', 'Import of "../cli.ts"'],
  ['import { a } from "../../main.ts";', 'Import of "../../main.ts"'],
  ['import { a } from "../storage/a.ts";', 'Import of "../storage/a.ts"'],
  ['import { a } from "../report/a.ts";', 'Import of "../report/a.ts"'],
  ['import { a } from "./sub/a.ts";', 'Import of "./sub/a.ts"'],
  [
    'import { a } from "../policy/../storage/a.ts";',
    'Import of "../policy/../storage/a.ts"',
  ],
  ['import type { A } from "../server/a.ts";', 'Import of "../server/a.ts"'],
  ['export { a } from "../storage/a.ts";', 'Import of "../storage/a.ts"'],
  ['export * from "node:fs";', 'Import of "node:fs"'],
];

for (const [source, what] of FORBIDDEN) {
  Deno.test(`lint_pure reports ${source}`, () => {
    const expected = [`wotftp/pure: ${what} in a pure file`];
    assertEquals(complaints("lib/protocol/x.ts", source), expected);
    assertEquals(complaints("lib/policy/x.ts", source), expected);
  });

  Deno.test(`lint_pure leaves effectful files alone with ${source}`, () => {
    assertEquals(complaints("lib/server/x.ts", source), []);
    assertEquals(complaints("tests/protocol/x.ts", source), []);
  });
}

const ALLOWED: readonly string[] = [
  'import { decodePacket } from "./codec.ts";',
  'import type { Packet } from "./packet.ts";',
  'import { ErrorCode } from "../protocol/packet.ts";',
  'import { refuseName } from "../policy/filename.ts";',
  'export { ErrorCode } from "./packet.ts";',
  'export * from "./packet.ts";',
  "export const a = 1;",
  "export interface A { readonly bytes: Uint8Array; }",
  "type Kind = 'a' | 'b';",
  "export function f(now: number): number { return now + 1; }",
  "const f = (x: number) => x * 2;",
  "function* f() { yield 1; }",
  "class A { f() {} }",
  "Math.floor(1.5);",
  "Math.max(1, 2);",
  "new Uint8Array(4).subarray(1);",
  "new TextEncoder().encode(text);",
  "new URL(text);",
  "throw new RangeError('no');",
  'const text = "Date.now() and await Deno";',
  "// Deno, Date, console, await",
];

for (const source of ALLOWED) {
  Deno.test(`lint_pure has nothing against ${source}`, () => {
    assertEquals(complaints("lib/protocol/x.ts", source), []);
  });
}

Deno.test("lint_pure knows paths with backslashes", () => {
  const filename = "C:\\wotftp\\lib\\protocol\\x.ts";
  const found = Deno.lint.runPlugin(plugin, filename, "Date.now();");
  assertEquals(found.map(({ id }) => id), ["wotftp/pure"]);
});

Deno.test("lint_pure points at the place and says what to do", () => {
  const source = "const a = 1;\nDate.now();\n";
  const filename = fromFileUrl(
    new URL("../lib/protocol/x.ts", import.meta.url),
  );
  const [found] = Deno.lint.runPlugin(plugin, filename, source);
  assertExists(found);
  assertEquals(source.slice(...found.range), "Date");
  assertEquals(
    found.hint,
    "Take it as an argument, or return it as an action.",
  );
});
