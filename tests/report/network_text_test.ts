import { assertEquals } from "@std/assert";
import { listUrls, urlsOf } from "../../lib/report/network_text.ts";

Deno.test("urlsOf() writes what can be typed", () => {
  const addresses = ["10.1.1.2", "fd00::2"];
  assertEquals(urlsOf(addresses, 69), [
    "tftp://10.1.1.2/",
    "tftp://[fd00::2]/",
  ]);
  assertEquals(urlsOf(addresses, 6_969), [
    "tftp://10.1.1.2:6969/",
    "tftp://[fd00::2]:6969/",
  ]);
});

Deno.test("listUrls() names a few", () => {
  const urls = Array.from({ length: 10 }, (_, i) => `${i}`);
  assertEquals(listUrls(urls.slice(0, 8)), "0, 1, 2, 3, 4, 5, 6, 7");
  assertEquals(listUrls(urls), "0, 1, 2, 3, 4, 5, 6, 7 and 2 more");
});
