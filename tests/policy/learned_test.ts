import { assertEquals } from "@std/assert";
import {
  learnedBlksize,
  noteGrant,
  noteNoStall,
  nothingLearned,
} from "../../lib/policy/learned.ts";

/**
 * What a client does, step by step: `at who:port ask BLKSIZE` asks and notes what
 * it gets, `block` and `again` are its first block and its repeated request.
 *
 * @returns What was granted at each `ask`, with a `*` where it was less because
 * of what was learned.
 */
function play(...steps: readonly string[]): string {
  const learned = nothingLearned();
  const granted: string[] = [];
  for (const step of steps) {
    const [at = "", who = "", what = "", asked = ""] = step.split(" ");
    const now = Number(at) * 1_000;
    const colon = who.lastIndexOf(":");
    const peer = {
      hostname: who.slice(0, colon),
      port: Number(who.slice(colon + 1)),
    };
    if (what !== "ask") {
      noteNoStall(learned, peer);
      continue;
    }
    const limit = learnedBlksize(learned, peer.hostname, now);
    const blksize = Math.min(Number(asked), limit ?? Infinity);
    noteGrant(learned, peer, blksize, limit, now);
    granted.push(`${blksize}${blksize < Number(asked) ? "*" : ""}`);
  }
  return granted.join(" ");
}

const A = "10.0.0.1";

Deno.test("learnedBlksize() gives a client that stalls smaller blocks", () => {
  const rows: readonly (readonly [granted: string, ...steps: string[]])[] = [
    // Once more with 1400, once more with 512, and never less.
    [
      "8192 1400* 512* 512*",
      ...[0, 10, 20, 30].map((at) => `${at} ${A}:${5_000 + at} ask 8192`),
    ],
    // From the same port, too.
    ["8192 1400*", `0 ${A}:5000 ask 8192`, `10 ${A}:5000 ask 8192`],
    // What it asks for already fits.
    ["1024 512*", `0 ${A}:5000 ask 1024`, `9 ${A}:5001 ask 1024`],
    ["512 512", `0 ${A}:5000 ask 512`, `9 ${A}:5001 ask 512`],
    // What got through is kept as long as it is of use, and no longer.
    [
      "8192 1400* 1400* 1400* 8192",
      `0 ${A}:5000 ask 8192`,
      `9 ${A}:5001 ask 8192`,
      `9 ${A}:5001 block`,
      `500 ${A}:5002 ask 8192`,
      `500 ${A}:5002 block`,
      `1099 ${A}:5003 ask 8192`,
      `1099 ${A}:5003 block`,
      `1699 ${A}:5004 ask 8192`,
    ],
    // However it is reported.
    [
      "8192 1400*",
      `0 ${A}:5000 ask 8192`,
      `9 ::ffff:${A}:5001 ask 8192`,
    ],
  ];
  for (const [granted, ...steps] of rows) {
    assertEquals(play(...steps), granted, steps.join(", "));
  }
});

Deno.test("learnedBlksize() leaves alone who has not stalled", () => {
  const rows: readonly (readonly [granted: string, ...steps: string[]])[] = [
    // Its first block came.
    [
      "8192 8192",
      `0 ${A}:5000 ask 8192`,
      `1 ${A}:5000 block`,
      `9 ${A}:5001 ask 8192`,
    ],
    // It never heard the answer.
    [
      "8192 8192",
      `0 ${A}:5000 ask 8192`,
      `1 ${A}:5000 again`,
      `9 ${A}:5001 ask 8192`,
    ],
    // Several uploads at once.
    [
      "8192 8192 8192",
      `0 ${A}:5000 ask 8192`,
      `1 ${A}:5001 ask 8192`,
      `2.9 ${A}:5002 ask 8192`,
    ],
    // Another client, and a long time ago.
    ["8192 8192", `0 ${A}:5000 ask 8192`, "9 10.0.0.2:5000 ask 8192"],
    ["8192 8192", `0 ${A}:5000 ask 8192`, `600 ${A}:5000 ask 8192`],
  ];
  for (const [granted, ...steps] of rows) {
    assertEquals(play(...steps), granted, steps.join(", "));
  }
});

Deno.test("noteNoStall() is about one upload of a client", () => {
  const steps = [
    `0 ${A}:5000 ask 8192`,
    `0 ${A}:5001 ask 8192`,
    `1 ${A}:5001 block`,
    `9 ${A}:5002 ask 8192`,
  ];
  assertEquals(play(...steps), "8192 8192 1400*");
});

Deno.test("noteGrant() tells a stall from a request that is a second old", () => {
  // Every two seconds from a port of its own: the first one counts.
  const steps = [0, 2, 4].map((at) => `${at} ${A}:${5_000 + at} ask 8192`);
  assertEquals(play(...steps), "8192 8192 1400*");
});

Deno.test("noteGrant() remembers so many clients and no more", () => {
  const learned = nothingLearned();
  for (let i = 0; i < 3_000; i++) {
    const hostname = `10.0.${i >> 8}.${i & 255}`;
    noteGrant(learned, { hostname, port: 5_000 }, 8_192, 1_400, i);
  }
  assertEquals([learned.grants.size, learned.limits.size], [1_024, 1_024]);
  assertEquals(learnedBlksize(learned, "10.0.0.0", 9_000), undefined);
  assertEquals(learnedBlksize(learned, "10.0.11.183", 9_000), 1_400);
});
