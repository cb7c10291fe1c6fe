import { assertEquals } from "@std/assert";
import { splitPath } from "../../lib/policy/asked_path.ts";

/** What is asked for, and what becomes of it where directories are kept. */
const PATHS: ReadonlyArray<
  readonly [asked: string, directories: string, name: string]
> = [
  ["x.cfg", "", "x.cfg"],
  ["/tftpboot/x.cfg", "tftpboot", "x.cfg"],
  ["dir\\x", "dir", "x"],
  ["a/b\\c", "a b", "c"],
  ["C:\\x", "", "x"],
  ["c:x", "", "x"],
  ["flash:/x", "", "x"],
  ["bootflash:dir/x", "dir", "x"],
  ["stby-disk_0:/x", "", "x"],
  ["..\\..\\x", ".. ..", "x"],
  // Not in front, so no storage of anybody.
  ["a/C:b", "a", "C:b"],
  ["0:x", "", "0:x"],
  ["dir/", "dir", ""],
  ["", "", ""],
];

Deno.test("splitPath() takes names apart as devices write them", () => {
  for (const [asked, joined, name] of PATHS) {
    const directories = joined.split(" ").filter((it) => it !== "");
    assertEquals(splitPath(asked, "keep"), { directories, name }, asked);
    const stripped = { directories: [], name };
    assertEquals(splitPath(asked, "strip"), stripped, asked);
    const flat = { directories: [], name: asked };
    assertEquals(splitPath(asked, "flat"), flat, asked);
  }
});

Deno.test("splitPath() shows what is empty", () => {
  const { directories } = splitPath("\\\\server\\x", "keep");
  assertEquals(directories, ["", "server"]);
});
