import {
  failed,
  FRAGMENTED,
  GONE,
  LET_THROUGH,
  type Rows,
  SLOW_DISK,
  testRows,
  UNREACHED,
} from "./failed_upload.ts";

const SILENT = { kind: "silent" } as const;
const LARGE = { options: ["blksize"], blksize: 8_192 };

const ROWS: Rows = {
  "it repeats its request and never reaches our port": [
    failed(SILENT, { requests: 4, repeatsOut: 3 }, LARGE),
    "its request came 5 times, so our answers, which come from another port, " +
    "do not reach it",
    LET_THROUGH,
  ],
  "the same on a single port": [
    failed(SILENT, { requests: 4, repeatsOut: 3 }, { isSinglePort: true }),
    "its request came 5 times, so our answers do not reach it",
    "let UDP from and to this server's port through firewalls and NAT",
  ],
  "large blocks never come": [
    failed(SILENT, { requests: 1, repeatsOut: 1 }, LARGE),
    ...FRAGMENTED,
  ],
  "it repeats its request before the answer can have come": [
    failed(SILENT, { requests: 9, repeatsOut: 1 }),
    ...UNREACHED,
  ],
  "only its first block never comes": [
    failed(SILENT, { repeatsIn: 2 }, LARGE),
    ...GONE,
  ],
  "small blocks never come": [
    failed(SILENT, {}, { options: ["blksize"], blksize: 1_428 }),
    ...UNREACHED,
  ],
  "it repeats block 1": [
    failed(SILENT, { blocks: 1, stuck: 5 }),
    "block 1 came 6 times, so our ACKs do not reach it",
    LET_THROUGH,
  ],
  "it repeats a later block": [
    failed(SILENT, { blocks: 70, stuck: 2 }),
    "block 70 came 3 times, so our ACKs no longer reach it",
    LET_THROUGH,
  ],
  "it does not wait for the disk": [
    failed(SILENT, { blocks: 70, stuck: 1, diskMs: 1_000 }),
    "our disk took 1.0 s for block 70, and it did not wait so long",
    SLOW_DISK,
  ],
  "it stops in the midst": [failed(SILENT, { blocks: 70, stuck: 1 }), ...GONE],
  "it counts in 16 bits": [
    failed(SILENT, { blocks: 65_535, stuck: 9 }, {
      announcedBytes: 200_000_000,
    }),
    "it cannot count beyond block 65535",
    "a blksize of 3052 or more at the client, for it had 512",
  ],
  "it counts in 15 bits, and the size is not known": [
    failed(SILENT, { blocks: 32_767 }),
    "it cannot count beyond block 32767",
    "a blksize of 1428 or more at the client, for it had 512",
  ],
};

Deno.test("diagnose() says why a client probably fell silent", () => {
  testRows(ROWS);
});
