import { assertEquals, assertRejects } from "@std/assert";
import { ERASE, Screen } from "../../lib/report/screen.ts";

/** A terminal that takes a few bytes at a time, and waits if it is told to. */
class Terminal {
  text = "";
  waits: Promise<void> | undefined;
  isGone = false;
  readonly sink = async (bytes: Uint8Array): Promise<number> => {
    await this.waits;
    if (this.isGone) throw new Error("gone");
    const taken = bytes.subarray(0, 7);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  };

  /** What was written since. */
  take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}

/** A screen and its terminal; writes lines. */
function stage() {
  const terminal = new Terminal();
  const screen = new Screen(terminal.sink);
  const write = (text: string) => screen.write(new TextEncoder().encode(text));
  return { terminal, screen, write };
}

const ONE = "\rone\x1b[K\x1b[J\r";

Deno.test("Screen leaves lines as they are while nothing is drawn", async () => {
  const { terminal, screen, write } = stage();
  screen.draw([]);
  assertEquals(await write("a longer line\n"), 14);
  assertEquals(terminal.take(), "a longer line\n");
});

Deno.test("Screen draws a block in place, and goes back to its beginning", async () => {
  const { terminal, screen, write } = stage();
  screen.draw(["one", "two", "three"]);
  await write("");
  const block = "\rone\x1b[K\r\ntwo\x1b[K\r\nthree\x1b[K\x1b[J\r\x1b[2A";
  assertEquals(terminal.take(), `${block}${ERASE}${block}`);
});

Deno.test("Screen writes lines above the block, and it is gone at the end", async () => {
  const { terminal, screen, write } = stage();
  screen.draw(["one"]);
  await write("line\n");
  assertEquals(terminal.take(), `${ONE}${ERASE}line\n${ONE}`);
  screen.draw([]);
  await write("end\n");
  assertEquals(terminal.take(), `${ERASE}end\n`);
});

Deno.test("Screen draws the latest block only when the terminal is free", async () => {
  const { terminal, screen, write } = stage();
  const { promise, resolve } = Promise.withResolvers<void>();
  terminal.waits = promise;
  const written = write("line\n");
  for (const name of ["a", "b", "one"]) screen.draw([name]);
  resolve();
  await written;
  assertEquals(terminal.take(), `line\n${ONE}`);
});

Deno.test("Screen tells who writes lines, and nobody else, that the terminal is gone", async () => {
  const { terminal, screen, write } = stage();
  terminal.isGone = true;
  screen.draw(["one"]);
  await assertRejects(() => write("line\n"), Error);
  terminal.isGone = false;
  await write("line\n");
  assertEquals(terminal.take(), `${ERASE}line\n${ONE}`);
});
