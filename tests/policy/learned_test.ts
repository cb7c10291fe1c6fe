import { assertEquals } from "@std/assert";
import {
  learnedBlksize,
  noteGrant,
  noteNoStall,
  nothingLearned,
} from "../../lib/policy/learned.ts";

/**
 * What clients do, step by step: `at port ask BLKSIZE` asks and notes what it
 * gets, `block` and `again` are a first block and a repeated request. The client
 * is 10.0.0.1 unless its address stands before the port.
 *
 * @returns What was granted at each `ask`, with a `*` where it was less because
 * of what was learned.
 */
function play(steps: string): string {
  const learned = nothingLearned();
  const granted: string[] = [];
  for (const step of steps.split(", ")) {
    const [at = "", who = "", what = "", asked = ""] = step.split(" ");
    const now = Number(at) * 1_000;
    const [, hostname = "10.0.0.1", port] = /^(?:(.*):)?(\d+)$/.exec(who) ?? [];
    const peer = { hostname, port: Number(port) };
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

/** Checks what clients are granted, by what is special about them. */
function testGrants(
  rows: Readonly<Record<string, readonly [steps: string, granted: string]>>,
): void {
  for (const [what, [steps, granted]] of Object.entries(rows)) {
    assertEquals(play(steps), granted, what);
  }
}

Deno.test("learnedBlksize() gives a client that stalls smaller blocks", () => {
  testGrants({
    "once more with 1400, once more with 512, and never less": [
      "0 5000 ask 8192, 10 5010 ask 8192, 20 5020 ask 8192, 30 5030 ask 8192",
      "8192 1400* 512* 512*",
    ],
    "from the same port": ["0 1 ask 8192, 10 1 ask 8192", "8192 1400*"],
    "what it asks for fits": ["0 1 ask 1024, 9 2 ask 1024", "1024 512*"],
    "it asks for the least": ["0 1 ask 512, 9 2 ask 512", "512 512"],
    "what got through is kept as long as it is of use, and no longer": [
      "0 1 ask 8192, 9 2 ask 8192, 9 2 block, 500 3 ask 8192, 500 3 block, " +
      "1099 4 ask 8192, 1099 4 block, 1699 5 ask 8192",
      "8192 1400* 1400* 1400* 8192",
    ],
    "however it is reported": [
      "0 1 ask 8192, 9 ::ffff:10.0.0.1:2 ask 8192",
      "8192 1400*",
    ],
  });
});

Deno.test("learnedBlksize() leaves alone who has not stalled", () => {
  testGrants({
    "its first block came": [
      "0 1 ask 8192, 1 1 block, 9 2 ask 8192",
      "8192 8192",
    ],
    "it never heard the answer": [
      "0 1 ask 8192, 1 1 again, 9 2 ask 8192",
      "8192 8192",
    ],
    "several uploads at once": [
      "0 1 ask 8192, 1 2 ask 8192, 2.9 3 ask 8192",
      "8192 8192 8192",
    ],
    "another client": ["0 1 ask 8192, 9 10.0.0.2:1 ask 8192", "8192 8192"],
    "a long time ago": ["0 1 ask 8192, 600 1 ask 8192", "8192 8192"],
  });
});

Deno.test("noteNoStall() and noteGrant() are about one upload of a client", () => {
  testGrants({
    "another one got through": [
      "0 1 ask 8192, 0 2 ask 8192, 1 2 block, 9 3 ask 8192",
      "8192 8192 1400*",
    ],
    "every two seconds from a port of its own: the first one counts": [
      "0 1 ask 8192, 2 2 ask 8192, 4 3 ask 8192",
      "8192 8192 1400*",
    ],
  });
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
