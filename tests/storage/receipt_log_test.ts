import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/storage/error.ts";
import { ReceiptLog } from "../../lib/storage/receipt_log.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { withMount } from "./files.ts";

Deno.test("ReceiptLog.add() puts lines at the end, and resolves when they are there", () =>
  withTempDirectory(async (directory) => {
    const path = join(directory, "receipts");
    await Deno.writeTextFile(path, "before\n");
    const log = await ReceiptLog.open(path);
    await Promise.all([log.add("one"), log.add("two"), log.add("three")]);
    assertEquals(await Deno.readTextFile(path), "before\none\ntwo\nthree\n");
    await log.add("four");
    await log.close();
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assertEquals(lines.at(-1), "four");
  }));

Deno.test("ReceiptLog lets several threads write to one file", () =>
  withTempDirectory(async (directory) => {
    const path = join(directory, "receipts");
    const logs = [await ReceiptLog.open(path), await ReceiptLog.open(path)];
    const adding = logs.flatMap((log, l) =>
      Array.from({ length: 100 }, (_, i) => log.add(`${l} ${i}`))
    );
    await Promise.all(adding);
    for (const log of logs) await log.close();
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assertEquals(new Set(lines).size, 200);
  }));

Deno.test("ReceiptLog.reopen() goes on in a new file when the old one was moved", () =>
  withTempDirectory(async (directory) => {
    const path = join(directory, "receipts");
    const log = await ReceiptLog.open(path);
    await log.add("one");
    await Deno.rename(path, `${path}.1`);
    log.reopen();
    await log.add("two");
    await log.close();
    assertEquals(await Deno.readTextFile(`${path}.1`), "one\n");
    assertEquals(await Deno.readTextFile(path), "two\n");
  }));

Deno.test("ReceiptLog rejects what cannot be written, and those who come later try anew", async () => {
  await assertRejects(() => ReceiptLog.open("/nowhere/at/all"), StorageError);
  await withMount("size=8k", async (disk) => {
    const path = join(disk, "receipts");
    const log = await ReceiptLog.open(path);
    const ballast = join(disk, "ballast");
    await Deno.writeFile(ballast, new Uint8Array(4_096));
    await log.add("one");
    const much = "x".repeat(6_000);
    const error = await assertRejects(() => log.add(much), StorageError);
    assertEquals(error.fault, "full");
    await Deno.remove(ballast);
    await log.add("three");
    await log.close();
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    // What broke off stays by itself.
    assertEquals([lines[0], lines.at(-1)], ["one", "three"]);
  });
});
