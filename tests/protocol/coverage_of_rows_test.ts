/**
 * Every row of the table of edge cases is named by a test, as in "(row 7)" or
 * "(rows 7, 8)", or there is a reason.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

/** The table has rows 1 to 58. */
const ROWS: readonly number[] = Array.from({ length: 58 }, (_, i) => i + 1);

/** Why no test names a row. */
const EXCUSED: Readonly<Record<number, string>> = {
  32: "netascii is stored as it comes, not yet converted",
  33: "netascii is not yet converted, so sizes do not differ",
  53: "the runtime does not tell the address a datagram was sent to",
};

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const MENTION = /\(rows? ([0-9]+(?:, [0-9]+)*)\)/g;

/** The rows that the names of tests in a source mention. */
function rowsIn(source: string): number[] {
  return [...source.replace(COMMENT, "").matchAll(MENTION)]
    .flatMap(([, list = ""]) => list.split(", ").map(Number));
}

async function testFiles(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) found.push(...await testFiles(path));
    else if (name.endsWith("_test.ts")) found.push(path);
  }
  return found;
}

async function namedRows(): Promise<Set<number>> {
  const tests = fromFileUrl(new URL("..", import.meta.url));
  const named = new Set<number>();
  for (const path of await testFiles(tests)) {
    for (const row of rowsIn(await Deno.readTextFile(path))) named.add(row);
  }
  return named;
}

Deno.test("every row is named by a test or excused, and none is both", async () => {
  const named = await namedRows();
  const unnamed = ROWS.filter((row) => !named.has(row));
  assertEquals(unnamed, Object.keys(EXCUSED).map(Number));
});

Deno.test("no test names a row that is not in the table", async () => {
  const named = await namedRows();
  assertEquals([...named].filter((row) => !ROWS.includes(row)), []);
});

Deno.test("rows are looked for in names, not in comments", () => {
  const source = [
    "/** See (row 1). */",
    "  // As in (rows 2, 3).",
    'Deno.test("f() does (row ' + '4)", () => {});',
    'Deno.test("f() does too (rows ' + '5, 16)", () => {});',
    'Deno.test("f() does not (row seven)", () => {});',
  ].join("\n");
  assertEquals(rowsIn(source), [4, 5, 16]);
});
