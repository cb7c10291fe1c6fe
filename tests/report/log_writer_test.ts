import { assertEquals } from "@std/assert";
import type { Clock } from "../../lib/clock.ts";
import { LogWriter, MAX_WAITING_BYTES } from "../../lib/report/log_writer.ts";

/** A reader that takes what is written only when it is told to. */
class Reader {
  readonly texts: string[] = [];
  #onRead: (() => void)[] = [];
  isStalled = false;

  readonly sink = (bytes: Uint8Array): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const read = () => {
      this.texts.push(new TextDecoder().decode(bytes));
      resolve(bytes.length);
    };
    if (this.isStalled) this.#onRead.push(read);
    else read();
    return promise;
  };

  goOn(): void {
    this.isStalled = false;
    for (const read of this.#onRead.splice(0)) read();
  }
}

/** A clock whose timers ring when it is told to. */
class ManualClock implements Clock {
  readonly #due = new Set<() => void>();
  now = () => 0;
  epoch = () => 0;
  soon(run: () => void): void {
    run();
  }
  after(_ms: number, run: () => void): () => void {
    this.#due.add(run);
    return () => this.#due.delete(run);
  }
  ring(): void {
    for (const run of this.#due) run();
  }
}

Deno.test("LogWriter writes the lines of a moment in order and at once", async () => {
  const reader = new Reader();
  const log = new LogWriter(reader.sink, new ManualClock());
  log.add("one");
  log.add("two\nthree");
  await log.flush(1);
  assertEquals(reader.texts, ["one\ntwo\nthree\n"]);
});

Deno.test("LogWriter drops and counts what a stalled reader leaves", async () => {
  const reader = new Reader();
  reader.isStalled = true;
  const log = new LogWriter(reader.sink, new ManualClock());
  const line = "x".repeat(1023);
  const fitting = MAX_WAITING_BYTES / 1024;
  for (let i = 0; i < fitting + 7; i++) log.add(line);
  reader.goOn();
  await log.flush(1);
  const lines = reader.texts.join("").trimEnd().split("\n");
  assertEquals(lines.length, fitting + 1);
  assertEquals(
    lines.at(-1),
    "wotftp: 7 log lines lost",
  );
});

Deno.test("LogWriter.flush() does not wait longer than it is told", async () => {
  const reader = new Reader();
  reader.isStalled = true;
  const clock = new ManualClock();
  const log = new LogWriter(reader.sink, clock);
  log.add("one");
  const flushed = log.flush(1_000);
  clock.ring();
  await flushed;
  assertEquals(reader.texts, []);
});

Deno.test("LogWriter goes on after a write that fails or is short", async () => {
  const texts: string[] = [];
  let calls = 0;
  const log = new LogWriter((bytes) => {
    if (++calls === 1) return Promise.reject(new Error("disk full"));
    const taken = bytes.subarray(0, 3);
    texts.push(new TextDecoder().decode(taken));
    return Promise.resolve(taken.length);
  }, new ManualClock());
  log.add("lost\nlost too");
  await log.flush(1);
  log.add("kept");
  await log.flush(1);
  assertEquals(texts.join(""), "kept\nwotftp: 2 log lines lost\n");
});

Deno.test("LogWriter writes a line at once, and together those that follow soon", async () => {
  const reader = new Reader();
  const clock = new ManualClock();
  const log = new LogWriter(reader.sink, clock);
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  log.add("one");
  await settled();
  assertEquals(reader.texts, ["one\n"]);
  log.add("two");
  await settled();
  log.add("three");
  await settled();
  assertEquals(reader.texts, ["one\n"]);
  clock.ring();
  await settled();
  assertEquals(reader.texts, ["one\n", "two\nthree\n"]);
});
