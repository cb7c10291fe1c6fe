import { assert, assertEquals } from "@std/assert";
import { invalidFilename, refuseName } from "../../lib/policy/filename.ts";
import { adviseRefusal } from "../../lib/policy/refusal_advice.ts";
import { PLAIN_RULES } from "./names.ts";
import { NEGOTIATION } from "../../lib/config.ts";
import { classify } from "../../lib/protocol/request.ts";

/** What the server refuses. */
function refuse(name: string): string | undefined {
  const client = { hostname: "10.1.1.5", port: 50_312 };
  return refuseName(name, client, { ...PLAIN_RULES, isWindows: true });
}

const SPACE = "--allow-chars ' '";
const ANY = 'a name such as "running.cfg"';

/** Names that are refused, and what to try instead. */
const NAMES: readonly (readonly [name: string, advice: string])[] = [
  ["../f", '"f", or --paths strip here'],
  ["/tftpboot/core sw1.cfg", `"core_sw1.cfg", or --paths strip ${SPACE} here`],
  ["C:\\configs\\a.cfg", '"a.cfg", or --paths strip here'],
  ["a+b=a+c", `"a_b_a_c", or --allow-chars '+=' here`],
  ["it's", `"it_s", or --allow-chars ''\\''' here`],
  ["dir/.profile", '"profile"'],
  ["a ", '"a_"'],
  ["a+~", '"a__"'],
  ["flash:b", '"flash_b", or --paths strip here'],
  ["b:c:d", '"b_c_d"'],
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
    const reason = refuse(name);
    assert(reason !== undefined, name);
    const { message } = invalidFilename(reason ?? "");
    assertEquals(adviseRefusal(message, name), advice, name);
    const [, named] = /^"([^"]*)"/.exec(advice) ?? [];
    if (named !== undefined) assertEquals(refuse(named), undefined);
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
