import { assert, assertEquals } from "@std/assert";
import { invalidFilename, refuseName } from "../../lib/policy/filename.ts";
import { adviseRefusal } from "../../lib/policy/refusal_advice.ts";
import { NEGOTIATION } from "../../lib/config.ts";
import { classify } from "../../lib/protocol/request.ts";

const RULES = {
  ...{ ip: undefined, timestamp: false, versions: false, windows: true },
};
const ANY = 'a name such as "running.cfg"';

/** Names that are refused, and what to try instead. */
const NAMES: readonly (readonly [name: string, advice: string])[] = [
  ["../f", '"f"'],
  ["/tftpboot/core sw1.cfg", '"core_sw1.cfg"'],
  ["C:\\configs\\a.cfg", '"a.cfg"'],
  [".profile", '"profile"'],
  ["-rf", '"rf"'],
  ["f\x1b[2J\xe9", '"f__2J_"'],
  ["a.", '"a"'],
  ["x".repeat(300), `"${"x".repeat(128)}"`],
  ["", ANY],
  ["..", ANY],
  ["dir/", ANY],
  ["con", ANY],
];

Deno.test("adviseRefusal() names a name that is not refused", () => {
  for (const [name, advice] of NAMES) {
    const reason = refuseName(name, RULES);
    assert(reason !== undefined, name);
    const { message } = invalidFilename(reason ?? "");
    assertEquals(adviseRefusal(message, name), advice, name);
    const [, named] = /^"(.*)"$/.exec(advice) ?? [];
    if (named !== undefined) assertEquals(refuseName(named, RULES), undefined);
  }
});

Deno.test("adviseRefusal() tells who reads that this is for writing", () => {
  const request = { kind: "rrq", filename: "a", mode: "octet" } as const;
  const verdict = classify({ ...request, options: [] }, NEGOTIATION);
  const reason = verdict.kind === "refuse" ? verdict.reply.message : "";
  assertEquals(adviseRefusal(reason, "a"), "put instead of get");
});

Deno.test("adviseRefusal() does not repeat what the reason says", () => {
  assertEquals(adviseRefusal("disk full on server", "a"), undefined);
});
