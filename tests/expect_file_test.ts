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
    const reject = (message: string) =>
      assertRejects(() => readWaiting(settings), Problem, message);
    await reject(
      `cannot read whom to expect from "${path}": it does not exist`,
    );
    await Deno.writeTextFile(path, "a\n10.0.0.1/8\n");
    await reject(
      `cannot tell whom to expect from "${path}": line 2, "10.0.0.1/8": bits ` +
        "are set behind the prefix; did you mean 10.0.0.0/8?",
    );
    await Deno.writeTextFile(path, "# nobody\n");
    await reject(
      `cannot tell whom to expect from "${path}": no line names anybody`,
    );
  }));
