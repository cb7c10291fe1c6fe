import type { Failed } from "../../lib/policy/diagnosis.ts";
import type { Counts } from "../../lib/protocol/counts.ts";
import {
  failed,
  FRAGMENTED,
  HASTY,
  LET_THROUGH,
  type Rows,
  SLOW_DISK,
  testRows,
  UNREACHED,
} from "./failed_upload.ts";

function byServer(
  code: number,
  blames: "storage" | "nothing",
  rest = {},
): Failed {
  const why = { kind: "server", message: "x" } as const;
  const isStorage = blames === "storage";
  return failed(why, { blocks: 2 }, { code, isStorage, bytes: 300, ...rest });
}

function byClient(
  code: number,
  blocks: number,
  options: string[],
  counts: Partial<Counts> = {},
  message = "no",
): Failed {
  const why = { kind: "client-error", code, message } as const;
  return failed(why, { blocks, ...counts }, { options });
}

const ROWS: Rows = {
  "it ignores the OACK and sends more": [
    failed({ kind: "oversize-block", bytes: 512 }, {}, {
      ...{ options: ["blksize"], blksize: 128 },
    }),
    "it ignores our OACK, which says blksize 128",
    "--ignore-option blksize",
  ],
  "it sends more without asking": [
    failed({ kind: "oversize-block", bytes: 1_024 }),
    "it sends larger blocks than 512 without asking",
    "set its blksize to 512",
  ],
  "it ignores the OACK and sends less": [
    failed(
      { kind: "incomplete", bytes: 512, announcedBytes: 3_000 },
      {},
      { options: ["tsize", "blksize"], blksize: 1_468, bytes: 512 },
    ),
    "it ignores our OACK, which says blksize 1468",
    "--ignore-option tsize --ignore-option blksize",
  ],
  "the file is shorter than announced": [
    failed({ kind: "incomplete", bytes: 700, announcedBytes: 3_000 }, {}, {
      ...{ options: ["tsize"], bytes: 700 },
    }),
    "the file changed while it was sent, or the client announced another size",
    "send it again; if that does not help, --ignore-option tsize",
  ],
  "blocks from 0": [
    failed({ kind: "numbered-from-zero" }),
    "its firmware breaks RFC 1350",
    "update it, or use another",
  ],
  "two first blocks": [failed({ kind: "two-first-blocks" }), ...HASTY],
  "two first blocks, and one of them got lost": [
    failed(
      { kind: "incomplete", bytes: 976, announcedBytes: 2_000 },
      { requests: 1, repeatsOut: 1 },
      { options: ["tsize"], bytes: 976 },
    ),
    ...HASTY,
  ],
  "two roll-overs": [
    failed({ kind: "two-rollovers" }),
    "its firmware counts beyond block 65535 in two ways",
    "a larger blksize at the client, or --ignore-option rollover",
  ],
  "too long without a block": [failed({ kind: "too-long" }), ...UNREACHED],
  "too long": [
    failed({ kind: "too-long" }, { blocks: 3 }),
    "the way is slow, or it waits between blocks",
    "a larger blksize or windowsize at the client, or --max-duration",
  ],
  "too large": [
    failed({ kind: "too-large", maxBytes: 9 }),
    undefined,
    "raise --max-size",
  ],
  "superseded": [
    failed({ kind: "superseded" }),
    "it has begun anew",
    undefined,
  ],
  "evicted": [
    failed({ kind: "evicted" }),
    "there are more requests than places",
    'raise --max-transfers and "ulimit -n" if they are real',
  ],
  "the client knows no such port": [
    byClient(5, 3, []),
    "it does not know our port: a NAT between changes it, or it has ended",
    LET_THROUGH,
  ],
  "the client does not take its options": [
    byClient(8, 0, ["blksize", "tsize"]),
    "it does not take what it was granted: blksize, tsize",
    "--ignore-option blksize --ignore-option tsize",
  ],
  "the client waits for an ACK, and says that it gives up": [
    { ...byClient(0, 3, ["blksize"], { stuck: 4 }), seconds: 20 },
    "block 3 came 5 times, so our ACKs no longer reach it",
    LET_THROUGH,
  ],
  "the client waits for the disk, and says that it gives up": [
    byClient(0, 3, [], { stuck: 1, diskMs: 4_123 }, "Timed out"),
    "our disk took 4.1 s for block 3, and it did not wait so long",
    SLOW_DISK,
  ],
  "the client waits in vain, and says so": [
    byClient(0, 3, [], {}, "timeout"),
    "it waited in vain behind block 3: packets get lost on the way",
    "look at the network between, then send it again",
  ],
  "its large blocks never come, and it says so at once": [
    { ...byClient(0, 0, ["blksize"], {}, "time out"), blksize: 8_192 },
    ...FRAGMENTED,
  ],
  "the client says no without delay": [
    byClient(0, 0, ["tsize"]),
    "it does not take what it was granted: tsize",
    "--ignore-option tsize",
  ],
  "its large blocks never come, and it says that it gives up": [
    { ...byClient(0, 0, ["blksize"]), blksize: 8_192, seconds: 20 },
    ...FRAGMENTED,
  ],
  "the client gives up": [
    byClient(0, 3, ["blksize"]),
    "the client gave up by itself",
    "its own log or screen tells more; send it again",
  ],
  "the disk is full, and the size is known": [
    byServer(3, "storage", { announcedBytes: 1_000 }),
    undefined,
    "make room for 700 bytes more, or lower --min-free",
  ],
  "the disk is full, and the size is not known": [
    byServer(3, "storage"),
    undefined,
    "make room, or lower --min-free",
  ],
  "the name is taken": [
    byServer(6, "storage"),
    "another file of this name came first",
    "another name, or --on-exists version",
  ],
  "the directory is gone": [
    byServer(2, "nothing"),
    "the upload directory cannot be used",
    "look at its owner, its rights and what is mounted there",
  ],
  "the disk is broken": [
    byServer(0, "storage"),
    "the disk is broken",
    "look at the disk and the system's log",
  ],
  "the server stops": [
    byServer(0, "nothing"),
    undefined,
    "send it again when the server is back",
  ],
};

Deno.test("diagnose() says what probably happened and what to try", () => {
  testRows(ROWS);
});
