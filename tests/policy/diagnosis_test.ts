import { assertEquals } from "@std/assert";
import {
  diagnose,
  type Diagnosis,
  type Failed,
} from "../../lib/policy/diagnosis.ts";
import type { Counts } from "../../lib/protocol/counts.ts";
import type { Failure } from "../../lib/protocol/transfer_state.ts";

type Row = readonly [
  what: string,
  failed: Failed,
  cause: Diagnosis["cause"],
  advice: Diagnosis["advice"],
];

const LET_THROUGH =
  "let UDP from and to all ports of this server through firewalls and NAT";

/** An upload of plain blocks that failed, but for what is given. */
function failed(
  why: Failure | "silent",
  counts: Partial<Counts> = {},
  rest: Partial<Failed> = {},
): Failed {
  return {
    why: why === "silent" ? { kind: "silent" } : why,
    counts: {
      ...{ blocks: 0, requests: 0, repeatsIn: 0, repeatsOut: 0, stuck: 0 },
      ...{ roundTripMs: undefined, ...counts },
    },
    ...{ bytes: 0, announcedBytes: undefined, blksize: 512, options: [] },
    ...{ code: undefined, isStorage: false, ...rest },
  };
}

function byServer(
  code: number,
  blames: "storage" | "nothing",
  rest = {},
): Failed {
  const why = { kind: "server", message: "x" } as const;
  const isStorage = blames === "storage";
  return failed(why, { blocks: 2 }, { code, isStorage, bytes: 300, ...rest });
}

function byClient(code: number, blocks: number, options: string[]): Failed {
  const why = { kind: "client-error", code, message: "no" } as const;
  return failed(why, { blocks }, { options });
}

const ROWS: readonly Row[] = [
  [
    "it repeats its request and never reaches our port",
    failed("silent", { requests: 4 }, { options: ["blksize"], blksize: 8_192 }),
    "its request came 5 times, so our answers, which come from another port, " +
    "do not reach it",
    LET_THROUGH,
  ],
  [
    "large blocks never come",
    failed("silent", { requests: 1 }, { options: ["blksize"], blksize: 8_192 }),
    "blocks of 8192 bytes travel in fragments, and those got lost",
    "blksize 1428 at the client, or --max-blksize mtu here",
  ],
  [
    "small blocks never come",
    failed("silent", {}, { options: ["blksize"], blksize: 1_428 }),
    "its blocks do not reach the port that we answered from, or it has gone",
    LET_THROUGH,
  ],
  [
    "it repeats block 1",
    failed("silent", { blocks: 1, stuck: 5 }),
    "block 1 came 6 times, so our ACKs do not reach it",
    LET_THROUGH,
  ],
  [
    "it repeats a later block",
    failed("silent", { blocks: 70, stuck: 2 }),
    "block 70 came 3 times, so our ACKs no longer reach it",
    LET_THROUGH,
  ],
  [
    "it stops in the midst",
    failed("silent", { blocks: 70, stuck: 1 }),
    "it was switched off or interrupted, or its link went down",
    "look at the client, then send it again",
  ],
  [
    "it counts in 16 bits",
    failed("silent", { blocks: 65_535, stuck: 9 }, {
      announcedBytes: 200_000_000,
    }),
    "it cannot count beyond block 65535",
    "a blksize of 3052 or more at the client, for it had 512",
  ],
  [
    "it counts in 15 bits, and the size is not known",
    failed("silent", { blocks: 32_767 }),
    "it cannot count beyond block 32767",
    "a blksize of 1428 or more at the client, for it had 512",
  ],
  [
    "it ignores the OACK and sends more",
    failed({ kind: "oversize-block", bytes: 512 }, {}, {
      ...{ options: ["blksize"], blksize: 128 },
    }),
    "it ignores our OACK, which says blksize 128",
    "--ignore-option blksize",
  ],
  [
    "it sends more without asking",
    failed({ kind: "oversize-block", bytes: 1_024 }),
    "it sends larger blocks than 512 without asking",
    "set its blksize to 512",
  ],
  [
    "it ignores the OACK and sends less",
    failed(
      { kind: "incomplete", bytes: 512, announcedBytes: 3_000 },
      {},
      { options: ["tsize", "blksize"], blksize: 1_468, bytes: 512 },
    ),
    "it ignores our OACK, which says blksize 1468",
    "--ignore-option tsize --ignore-option blksize",
  ],
  [
    "the file is shorter than announced",
    failed({ kind: "incomplete", bytes: 700, announcedBytes: 3_000 }, {}, {
      ...{ options: ["tsize"], bytes: 700 },
    }),
    "the file changed while it was sent, or the client announced another size",
    "send it again; if that does not help, --ignore-option tsize",
  ],
  [
    "blocks from 0",
    failed({ kind: "numbered-from-zero" }),
    "its firmware breaks RFC 1350",
    "update it, or use another",
  ],
  [
    "two first blocks",
    failed({ kind: "two-first-blocks" }),
    "it took our repeated answer for leave to go on, as curl does",
    "send it again",
  ],
  [
    "two roll-overs",
    failed({ kind: "two-rollovers" }),
    "its firmware counts beyond block 65535 in two ways",
    "a larger blksize at the client, or --ignore-option rollover",
  ],
  [
    "too long",
    failed({ kind: "too-long" }),
    "the way is slow, or it waits between blocks",
    "a larger blksize or windowsize at the client, or --max-duration",
  ],
  [
    "too large",
    failed({ kind: "too-large", maxBytes: 9 }),
    undefined,
    "raise --max-size",
  ],
  [
    "superseded",
    failed({ kind: "superseded" }),
    "it has begun anew",
    undefined,
  ],
  [
    "evicted",
    failed({ kind: "evicted" }),
    "there are more requests than places",
    'raise --max-transfers and "ulimit -n" if they are real',
  ],
  [
    "the client knows no such port",
    byClient(5, 3, []),
    "it does not know our port: a NAT between changes it, or it has ended",
    LET_THROUGH,
  ],
  [
    "the client does not take its options",
    byClient(8, 0, ["blksize", "tsize"]),
    "it does not take what it was granted: blksize, tsize",
    "--ignore-option blksize --ignore-option tsize",
  ],
  [
    "the client gives up",
    byClient(0, 3, ["blksize"]),
    "the client gave up by itself",
    "its own log or screen tells more; send it again",
  ],
  [
    "the disk is full, and the size is known",
    byServer(3, "storage", { announcedBytes: 1_000 }),
    undefined,
    "make room for 700 bytes more, or lower --min-free",
  ],
  [
    "the disk is full, and the size is not known",
    byServer(3, "storage"),
    undefined,
    "make room, or lower --min-free",
  ],
  [
    "the name is taken",
    byServer(6, "storage"),
    "another file of this name came first",
    "another name, or --on-exists version",
  ],
  [
    "the directory is gone",
    byServer(2, "nothing"),
    "the upload directory cannot be used",
    "look at its owner, its rights and what is mounted there",
  ],
  [
    "the disk is broken",
    byServer(0, "storage"),
    "the disk is broken",
    "look at the disk and the system's log",
  ],
  [
    "the server stops",
    byServer(0, "nothing"),
    undefined,
    "send it again when the server is back",
  ],
];

Deno.test("diagnose() says what probably happened and what to try", () => {
  for (const [what, failed, cause, advice] of ROWS) {
    assertEquals(diagnose(failed), { cause, advice }, what);
  }
});
