import { assertEquals } from "@std/assert";
import {
  describeAll,
  describeCommands,
  describeFinding,
  type Finding,
  problemOf,
  type Verdict,
  worstOf,
} from "../../lib/client/doctor_text.ts";
import { Problem } from "../../lib/problem.ts";

function finding(verdict: Verdict): Finding {
  return { verdict, subject: "port", message: "it is" };
}

/** Verdicts, the worst of them and how many there are. */
const SUMS: ReadonlyArray<
  readonly [verdicts: readonly Verdict[], worst: Verdict, sum: string]
> = [
  [[], "ok", "no problems, no warnings"],
  [["ok", "ok"], "ok", "no problems, no warnings"],
  [["ok", "warning"], "warning", "no problems, 1 warning"],
  [["problem", "warning", "ok"], "problem", "1 problem, 1 warning"],
  [["problem", "problem"], "problem", "2 problems, no warnings"],
];

Deno.test("worstOf() and describeAll() sum up, and say that all is as it was", () => {
  for (const [verdicts, worst, sum] of SUMS) {
    const findings = verdicts.map(finding);
    assertEquals(worstOf(findings), worst, sum);
    assertEquals(
      describeAll(findings),
      `${sum}; nothing was changed. What a firewall does to other machines ` +
        "cannot be seen from here.",
    );
  }
});

Deno.test("describeFinding() takes one line, the hint at its end", () => {
  const hint = "try another";
  assertEquals(
    [
      finding("ok"),
      { ...finding("warning"), hint },
      ...[new Problem("it is taken", hint), new Error("it is odd"), "it"]
        .map((error) => ({ subject: "port", ...problemOf(error) })),
    ].map(describeFinding),
    [
      "ok       port: it is",
      "warning  port: it is; hint: try another",
      "problem  port: it is taken; hint: try another",
      "problem  port: it is odd",
      "problem  port: it",
    ],
  );
});

Deno.test("describeCommands() keeps notes out of what is copied", () => {
  const commands = [
    { device: "A", command: "put a", note: undefined },
    { device: "Bcd", command: "put b", note: "slow" },
    { device: "E", command: undefined, note: "never" },
  ];
  assertEquals(describeCommands("10.1.1.2:69", commands), [
    "To upload to 10.1.1.2:69, with names of your own:",
    "  A    put a",
    "  Bcd  put b",
    "       (slow)",
    "  E    (never)",
  ]);
});
