import { assertEquals } from "@std/assert";
import { readReceipts } from "../../lib/report/receipt.ts";

const STORED = {
  verdict: "stored",
  stored_name: "a.cfg",
  bytes: 3,
  sha256: "ab",
} as const;
const FAILED = { verdict: "failed", reason: "silent" } as const;

Deno.test("readReceipts() reads what it knows, and tells what else there is", () => {
  const [stored, failed] = [STORED, FAILED].map((it) => JSON.stringify(it));
  const both = [STORED, FAILED];
  const odd = `what\n${stored}\n[]\n\n{"verdict":"stored"}\n`;
  const rows = [
    ["nothing", "", [], [], false],
    ["both verdicts", `${stored}\n${failed}\n`, both, [], false],
    ["a cut last line", `${stored}\n{"verd`, [STORED], [], true],
    ["lines that are none", odd, [STORED], [1, 3, 5], false],
  ] as const;
  for (const [what, text, receipts, strange, isTorn] of rows) {
    const expected = { receipts, strange, isTorn };
    assertEquals<unknown>(readReceipts(text), expected, what);
  }
});
