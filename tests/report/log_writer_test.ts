import { assertEquals } from "@std/assert";
import { LogWriter, MAX_WAITING_BYTES } from "../../lib/report/log_writer.ts";
import { ManualClock } from "../manual_clock.ts";

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

/** A log and its reader, in a time that stands still. */
function stage(): { log: LogWriter; reader: Reader; clock: ManualClock } {
  const [reader, clock] = [new Reader(), new ManualClock()];
  return { log: new LogWriter(reader.sink, clock), reader, clock };
}

Deno.test("LogWriter writes the lines of a moment in order and at once", async () => {
  const { log, reader } = stage();
  log.add("one");
  log.add("two\nthree");
  await log.flush(1);
  assertEquals(reader.texts, ["one\ntwo\nthree\n"]);
});

Deno.test("LogWriter drops and counts what a stalled reader leaves", async () => {
  const { log, reader } = stage();
  reader.isStalled = true;
  const line = "x".repeat(1023);
  const fitting = MAX_WAITING_BYTES / 1024;
  for (let i = 0; i < fitting + 7; i++) log.add(line);
  reader.goOn();
  await log.flush(1);
  const lines = reader.texts.join("").trimEnd().split("\n");
  assertEquals(lines.length, fitting + 1);
  assertEquals(lines.at(-1), "wotftp: 7 log lines lost");
});

Deno.test("LogWriter.flush() does not wait longer than it is told", async () => {
  const { log, reader, clock } = stage();
  reader.isStalled = true;
  log.add("one");
  const flushed = log.flush(1_000);
  clock.pass(1_000);
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
  const { log, reader, clock } = stage();
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  for (const line of ["one", "two", "three"]) {
    log.add(line);
    await settled();
    assertEquals(reader.texts, ["one\n"]);
  }
  clock.pass(20);
  await settled();
  assertEquals(reader.texts, ["one\n", "two\nthree\n"]);
});
