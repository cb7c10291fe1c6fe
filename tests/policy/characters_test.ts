import { assertEquals, assertMatch } from "@std/assert";
import {
  oddCharacters,
  refuseCharacters,
} from "../../lib/policy/characters.ts";

Deno.test("oddCharacters() finds each character once that is special", () => {
  assertEquals(oddCharacters("aZ09._-"), "");
  assertEquals(oddCharacters("+a b+\0/"), "+ \0/");
});

Deno.test("refuseCharacters() lets 21 characters be allowed, and the plain ones", () => {
  const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
  const good = bytes.filter((it) => refuseCharacters(it) === undefined);
  const odd = good.filter((it) => oddCharacters(it) !== "").join("");
  assertEquals(odd, " !#$%&'()+,;=@[]^`{}");
  assertEquals(refuseCharacters("a-z +@"), undefined);
});

/** What may not be allowed, and how it is named. */
const BAD = {
  ...{ "+/": '"/"', "\\": '"\\"', "~": '"~"', ":": '":"', '"': '"""' },
  ...{ "*?": '"*"', "a\n": "U+000A", "\x7f": "U+007F", "\xe9": "U+00E9" },
  "\u{1f600}": "U+1F600",
};

Deno.test("refuseCharacters() names the one that may not be", () => {
  for (const [text, named] of Object.entries(BAD)) {
    const reason = refuseCharacters(text) ?? "";
    assertEquals(reason.split(" may never be in a name")[0], named);
    assertMatch(reason, /^[\x20-\x7e]+$/);
  }
});
