/**
 * What comes again: a request, a block, an ERROR.
 *
 * @module
 */

import {
  atBlock,
  dallying,
  data,
  failed,
  OACK,
  opened,
  testStories,
  WRQ,
} from "./scenario.ts";

const TWO_FIRST = "error 0 block 1 came twice with different contents, " +
  "discard two-first-blocks";

testStories([
  ["receive() answers a repeated request by the same OACK", opened({}, OACK), [
    [400, WRQ, "oack | opening 60000"],
    [400, WRQ, "nothing"],
    [800, WRQ, "oack | opening 60000"],
  ]],
  [
    "receive() does not answer a request that the network doubled",
    opened({}, OACK),
    [[0, WRQ, "nothing"], [399, WRQ, "nothing"]],
  ],
  ["receive() answers a repeated request by the same ACK 0", opened(), [
    [400, WRQ, "ack 0 | opening 60000"],
    [410, data(1), "write full, ack 1 | receiving 1410"],
    [5_000, WRQ, "nothing"],
    [5_010, data(2, "end"), "write end, commit, ack 2 | dallying 11010"],
    [6_000, WRQ, "nothing"],
  ]],
  [
    "receive() ignores a repeated request once a later block has come",
    opened({ windowsize: 4 }),
    [[10, data(2), "ack 0 | opening 1010"], [900, WRQ, "nothing"]],
  ],
  ["receive() re-ACKs a repeated block at once, four times", atBlock(5), [
    [1, data(5), "ack 5 | receiving 1001"],
    [1, data(5, "abc"), "ack 5 | receiving 1001"],
    [2, data(5), "ack 5 | receiving 1002"],
    [3, data(5), "ack 5 | receiving 1003"],
    [4, data(5), "nothing"],
    [100, data(5), "nothing"],
    // One more every tenth of a second.
    [101, data(5), "ack 5 | receiving 1101"],
    [200, data(5), "nothing"],
    [201, data(5), "ack 5 | receiving 1201"],
    [1_201, "expire", "ack 5 | receiving 3201"],
  ]],
  ["receive() re-ACKs once in three round trips of a slow client", opened(), [
    [400, data(1), "write full, ack 1 | receiving 1400"],
    [500, data(1), "ack 1 | receiving 1500"],
    [500, data(1), "ack 1 | receiving 1500"],
    [500, data(1), "ack 1 | receiving 1500"],
    [500, data(1), "ack 1 | receiving 1500"],
    [1_499, "expire", "nothing"],
    [1_500, "expire", "ack 1 | receiving 3500"],
    [1_699, data(1), "nothing"],
    [1_700, data(1), "ack 1 | receiving 3700"],
  ]],
  [
    "receive() does not answer a block for ever that follows each ACK",
    opened(),
    [
      // An old sender that was sent an ACK twice: it sends each block twice.
      [10, data(1), "write full, ack 1 | receiving 1010"],
      [11, data(1), "ack 1 | receiving 1011"],
      [20, data(2), "write full, ack 2 | receiving 1020"],
      [21, data(2), "ack 2 | receiving 1021"],
      [30, data(3), "write full, ack 3 | receiving 1030"],
      [31, data(3), "ack 3 | receiving 1031"],
      [40, data(4), "write full, ack 4 | receiving 1040"],
      [41, data(4), "ack 4 | receiving 1041"],
      [50, data(5), "write full, ack 5 | receiving 1050"],
      // Here it ends.
      [51, data(5), "nothing"],
    ],
  ],
  ["receive() re-ACKs the last block while it dallies, no other", dallying(), [
    [1, data(6, "end"), "ack 6 | dallying 6000"],
    [2, data(6, "end"), "ack 6 | dallying 6000"],
    [1_500, data(5), "nothing"],
    [1_500, data(7), "nothing"],
    [1_500, data(7, "123456789"), "nothing"],
    [1_500, WRQ, "nothing"],
  ]],
  ["receive() fails when block 1 comes again and is another one", opened(), [
    [10, data(1), "write full, ack 1 | receiving 1010"],
    [20, data(1, "12345679"), `${TWO_FIRST} | failed 6020`],
  ]],
  [
    "receive() fails however late another block 1 comes, and in a window",
    opened({ windowsize: 4 }),
    [
      [10, data(1), "write full | receiving 1010"],
      [20, data(2), "write full | receiving 1020"],
      [30, data(1), "nothing"],
      [40, data(1, ""), `${TWO_FIRST} | failed 6040`],
    ],
  ],
  [
    "receive() does not acknowledge another block 1 while it dallies",
    opened(),
    [
      [10, data(1, "end"), "write end, commit, ack 1 | dallying 6010"],
      [20, data(1, ""), "nothing"],
      [30, data(1, "end"), "ack 1 | dallying 6010"],
    ],
  ],
  [
    "receive() repeats the ERROR for blocks that follow, three times",
    failed(),
    [
      [499, data(6), "nothing"],
      [500, data(6), "error 3 disk full | failed 6000"],
      [999, data(6), "nothing"],
      [1_000, data(7), "error 3 disk full | failed 6000"],
      [1_500, data(6), "error 3 disk full | failed 6000"],
      [2_000, data(6), "nothing"],
      [4_999, data(6), "nothing"],
    ],
  ],
  ["receive() repeats the ERROR for nothing but blocks", failed(), [
    [900, WRQ, "nothing"],
    [900, { kind: "ack", block: 5 }, "nothing"],
    [900, { kind: "oack", options: [] }, "nothing"],
    [900, { kind: "malformed", opcode: 9, reason: "what" }, "nothing"],
  ]],
]);
