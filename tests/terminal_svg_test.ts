import { assert, assertEquals } from "@std/assert";
import { terminalSvg } from "../scripts/terminal_svg.ts";

Deno.test("terminalSvg() draws the characters of a screen in their colours", () => {
  const screen = "\x1b[2m11:05\x1b[0m plain\n\n" +
    "\x1b[33ma \x1b[39m<b> \x1b[2;31m&\n\n";
  const texts = terminalSvg(screen).split("\n")
    .filter((line) => line.startsWith("<text"))
    .map((line) => line.replace(/<text[^>]*>|<\/text>/g, ""));
  assertEquals(texts, [
    '<tspan fill="#8b949e">11:05</tspan> plain',
    '<tspan fill="#e3b341">a </tspan>&lt;b> <tspan fill="#8b949e">&amp;</tspan>',
  ]);
  assert(terminalSvg("").includes("<svg"));
});
