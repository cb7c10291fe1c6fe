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
  const rows = [
    ["nothing", "", { receipts: [], strange: [], isTorn: false }],
    ["both verdicts", `${stored}\n${failed}\n`, {
      receipts: [STORED, FAILED],
      strange: [],
      isTorn: false,
    }],
    ["a last line that is cut off", `${stored}\n{"verd`, {
      receipts: [STORED],
      strange: [],
      isTorn: true,
    }],
    ["lines that are none", `what\n${stored}\n[]\n\n{"verdict":"stored"}\n`, {
      receipts: [STORED],
      strange: [1, 3, 5],
      isTorn: false,
    }],
  ] as const;
  for (const [what, text, expected] of rows) {
    assertEquals<unknown>(readReceipts(text), expected, what);
  }
});
