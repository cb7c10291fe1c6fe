import { assertEquals } from "@std/assert";
import { putBefore, timeWriter } from "../../lib/report/dress.ts";

/** A moment of November 2026, in whatever time zone this machine is. */
function at(day: number, hour: number, minute: number, second: number): number {
  return new Date(2026, 10, day, hour, minute, second, 999).getTime();
}

Deno.test("timeWriter() writes the local time, with the date once a day", () => {
  const write = timeWriter();
  assertEquals([
    write(at(23, 11, 5, 7)),
    write(at(23, 23, 59, 59)),
    write(at(24, 0, 0, 0)),
    write(at(24, 0, 0, 1)),
  ], ["2026-11-23 11:05:07", "23:59:59", "2026-11-24 00:00:00", "00:00:01"]);
});

Deno.test("putBefore() leaves the bytes of a packet as they are", () => {
  const text = "Idle\nwotftp: a\n0000 : 00 ?";
  assertEquals(
    putBefore(text, "T", (line) => `<${line}>`),
    "T <Idle>\nT <wotftp: a>\n<0000 : 00 ?>",
  );
});
