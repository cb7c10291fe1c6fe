/**
 * Several blocks between two ACKs (RFC 7440), and block numbers that roll over:
 * they have 16 bits on the wire, a file has as many blocks as it likes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { receive } from "../../lib/protocol/transfer.ts";
import {
  atBlock,
  data,
  OACK,
  opened,
  play,
  testStories,
  WRQ,
} from "./scenario.ts";

const THREE = { windowsize: 3 };
const FOUR = { windowsize: 4 };

testStories([
  ["receive() acknowledges once in every window", opened(THREE), [
    [70, data(1), "write full | receiving 1070"],
    [71, data(2), "write full | receiving 1071"],
    [72, data(3), "write full, ack 3 | receiving 1072"],
    [140, data(4), "write full | receiving 1140"],
    [141, data(5), "write full | receiving 1141"],
    [142, data(6), "write full, ack 6 | receiving 1142"],
  ]],
  [
    "receive() answers a gap once, by the last block in order",
    atBlock(9, FOUR),
    [
      [70, data(10), "write full | receiving 1070"],
      [80, data(12), "ack 10 | receiving 1080"],
      [81, data(13), "nothing"],
      [900, data(14, "end"), "nothing"],
      [5_000, data(12), "nothing"],
    ],
  ],
  // As atftp sends them, which never sends the lost one again by itself.
  ["receive() answers a gap in lock-step", opened(), [
    [5_000, data(2), "ack 0 | opening 6000"],
    [5_010, data(3), "nothing"],
    [6_000, "expire", "ack 0 | opening 60000"],
    [10_000, data(3), "ack 0 | opening 12000"],
    [10_010, data(1), "write full, ack 1 | receiving 11010"],
    [10_020, data(6), "nothing"],
    [10_020, data(5), "ack 1 | receiving 11020"],
  ]],
  ["receive() answers the next gap as well", atBlock(9, FOUR), [
    [70, data(10), "write full | receiving 1070"],
    [80, data(12), "ack 10 | receiving 1080"],
    [90, data(11), "write full | receiving 1090"],
    // However recent the last ACK is.
    [90, data(13), "ack 11 | receiving 1090"],
  ]],
  ["receive() counts a window from the ACK of a gap", atBlock(9, THREE), [
    [70, data(10), "write full | receiving 1070"],
    [70, data(12), "ack 10 | receiving 1070"],
    [80, data(11), "write full | receiving 1080"],
    [80, data(12), "write full | receiving 1080"],
    [80, data(13), "write full, ack 13 | receiving 1080"],
  ]],
  ["receive() takes no block beyond a window for a gap", atBlock(9, THREE), [
    [900, data(13), "nothing"],
    [900, data(12), "ack 9 | receiving 1900"],
  ]],
  ["receive() answers a gap in the first window by ACK 0", opened(FOUR, OACK), [
    [80, data(2), "ack 0 | opening 1080"],
    [81, data(3), "nothing"],
    // Once more, for there was a block; then up to the peer.
    [1_080, "expire", "ack 0 | opening 60000"],
    [1_090, data(2), "ack 0 | opening 3090"],
    [1_100, data(1), "write full | receiving 2100"],
  ]],
  ["receive() does not re-ACK a block amid a window", atBlock(9, FOUR), [
    [70, data(10), "write full | receiving 1070"],
    [1_000, data(10), "nothing"],
    [1_000, data(9), "nothing"],
    [1_000, WRQ, "nothing"],
  ]],
  ["receive() re-ACKs the end of a window sent anew", atBlock(12, FOUR), [
    [500, data(9), "nothing"],
    [500, data(11), "nothing"],
    [500, data(12), "ack 12 | receiving 1500"],
  ]],
  ["expire() acknowledges what is in order amid a window", atBlock(9, THREE), [
    [70, data(10), "write full | receiving 1070"],
    [1_070, "expire", "ack 10 | receiving 3070"],
    // The window starts anew behind it.
    [1_100, data(11), "write full | receiving 2100"],
    [1_100, data(12), "write full | receiving 2100"],
    [1_100, data(13), "write full, ack 13 | receiving 2100"],
  ]],
  ["expire() makes the same gap worth an answer again", atBlock(9, FOUR), [
    [70, data(11), "ack 9 | receiving 1070"],
    [1_070, "expire", "ack 9 | receiving 3070"],
    [1_080, data(11), "ack 9 | receiving 3080"],
  ]],
  ["receive() saves a file that ends amid a window", atBlock(9, FOUR), [
    [70, data(10), "write full | receiving 1070"],
    [80, data(11, "end"), "write end, commit, ack 11 | dallying 6080"],
  ]],
  ["receive() takes a short block behind a gap for no end", atBlock(9, FOUR), [
    [80, data(11, "end"), "ack 9 | receiving 1080"],
  ]],
  ["receive() takes block 0 behind block 65535", atBlock(65_535), [
    // It may merely be lost.
    [69, data(1), "ack 65535 | receiving 1069"],
    [70, data(0), "write full, ack 0 | receiving 1070"],
    [900, data(0), "ack 0 | receiving 1900"],
    [910, data(1, "end"), "write end, commit, ack 1 | dallying 6910"],
  ]],
  ["receive() saves a file that ends with block 0", atBlock(65_535), [
    [70, data(0, ""), "commit, ack 0 | dallying 6070"],
  ]],
  [
    "receive() acknowledges a window across the end of the numbers",
    atBlock(65_534, THREE),
    [
      [70, data(65_535), "write full | receiving 1070"],
      [70, data(0), "write full | receiving 1070"],
      [70, data(1), "write full, ack 1 | receiving 1070"],
      [80, data(2), "write full | receiving 1080"],
      [900, data(65_535), "nothing"],
      [1_080, "expire", "ack 2 | receiving 3080"],
    ],
  ],
  [
    "receive() finds a gap across the end of the numbers",
    atBlock(65_534, FOUR),
    [[70, data(0), "ack 65534 | receiving 1070"]],
  ],
  [
    "receive() looks 32767 blocks ahead and 32768 back",
    atBlock(40_000, { windowsize: 65_535 }),
    [
      // 40000 + 32767 - 65536 and one more.
      [70, data(7_232), "nothing"],
      [70, data(7_231), "ack 40000 | receiving 1070"],
    ],
  ],
]);

Deno.test("receive() takes 131073 blocks in order", () => {
  let transfer = opened();
  for (let block = 1; block <= 131_072; block++) {
    const text = `${block}`.padStart(8);
    transfer = receive(transfer, data(block & 0xffff, text), block).transfer;
    if (transfer.acked !== block) throw new Error(`Block ${block} is lost`);
  }
  const saved = play(transfer, [
    [
      131_073,
      data(1, "end"),
      "write end, commit, ack 1 | dallying 137073",
    ],
  ]);
  assertEquals(saved.bytes, 1_048_579);
});
