import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readWaiting } from "../lib/expect_file.ts";
import { Problem } from "../lib/problem.ts";
import { withTempDirectory } from "./temp_directory.ts";

Deno.test("readWaiting() reads who is expected", () =>
  withTempDirectory(async (directory) => {
    const path = join(directory, "devices");
    await Deno.writeTextFile(path, "# core\nsw*.cfg\n");
    const patterns = [{ kind: "name", glob: "sw*.cfg" }];
    const settings = { count: 2, withinMs: 90 };
    const rows = [
      [{ ...settings, expectFile: path }, patterns],
      [{ ...settings, expectFile: undefined }, []],
    ] as const;
    for (const [it, patterns] of rows) {
      assertEquals<unknown>(await readWaiting(it), {
        expectation: { count: 2, patterns },
        withinMs: 90,
      });
    }
    const nothing = { count: undefined, expectFile: undefined };
    assertEquals(await readWaiting({ ...settings, ...nothing }), undefined);
  }));

Deno.test("readWaiting() says what is wrong with the file", () =>
  withTempDirectory(async (directory) => {
    const path = join(directory, "devices");
    const settings = { count: undefined, withinMs: 9, expectFile: path };
    const rows = [
      [undefined, "read", "it does not exist"],
      ["a\n10.0.0.1/8\n", "tell", 'line 2, "10.0.0.1/8": bits are set behind'],
      ["# nobody\n", "tell", "no line names anybody"],
    ] as const;
    for (const [text, verb, why] of rows) {
      if (text !== undefined) await Deno.writeTextFile(path, text);
      const message = `cannot ${verb} whom to expect from "${path}": ${why}`;
      await assertRejects(() => readWaiting(settings), Problem, message);
    }
  }));
