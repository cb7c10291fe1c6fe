/**
 * Several blocks between two ACKs (RFC 7440), and block numbers that roll over:
 * they have 16 bits on the wire, a file has as many blocks as it likes.
 *
 * @module
 */

import { atBlock, from, OACK, opened } from "./scenario.ts";
import { testStories } from "./story.ts";

const THREE = { windowsize: 3 };
const FOUR = { windowsize: 4 };

const amidFour = from(atBlock(9, FOUR));
const amidThree = from(atBlock(9, THREE));
const beforeWrap = from(atBlock(65_535));

testStories({
  "receive() acknowledges once in every window": from(opened(THREE))`
    70 data 1: write | receiving 1070; 71 data 2: write | 1071
    72 data 3: write, ack 3 | 1072; 140 data 4: write | 1140
    141 data 5: write | 1141; 142 data 6: write, ack 6 | 1142`,
  "receive() answers a gap once, by the last block in order": amidFour`
    70 data 10: write | 1070; 80 data 12: ack 10 | 1080; 81 data 13: nothing
    900 data 14 'end': nothing; 5000 data 12: nothing`,
  // As atftp sends them, which never sends the lost one again by itself.
  "receive() answers a gap in lock-step": from(opened())`
    5000 data 2: ack 0 | 6000; 5010 data 3: nothing; 6000 expire: ack 0 | 60000
    10000 data 3: ack 0 | 12000; 10010 data 1: write, ack 1 | receiving 11010
    10020 data 6: nothing; 10020 data 5: ack 1 | 11020`,
  "receive() answers the next gap as well": amidFour`
    70 data 10: write | 1070; 80 data 12: ack 10 | 1080
    90 data 11: write | 1090
    // However recent the last ACK is.
    90 data 13: ack 11 | 1090`,
  "receive() counts a window from the ACK of a gap": amidThree`
    70 data 10: write | 1070; 70 data 12: ack 10 | 1070
    80 data 11: write | 1080; 80 data 12: write | 1080
    80 data 13: write, ack 13 | 1080`,
  "receive() takes no block beyond a window for a gap": amidThree`
    900 data 13: nothing; 900 data 12: ack 9 | 1900`,
  "receive() answers a gap in the first window by ACK 0": from(
    opened(FOUR, OACK),
  )`
    80 data 2: ack 0 | 1080; 81 data 3: nothing
    // Once more, for there was a block; then up to the peer.
    1080 expire: ack 0 | 60000; 1090 data 2: ack 0 | 3090
    1100 data 1: write | receiving 2100`,
  "receive() does not re-ACK a block amid a window": amidFour`
    70 data 10: write | 1070; 1000 data 10, data 9, wrq: nothing`,
  "receive() re-ACKs the end of a window sent anew": from(atBlock(12, FOUR))`
    500 data 9, data 11: nothing; 500 data 12: ack 12 | 1500`,
  "expire() acknowledges what is in order amid a window": amidThree`
    70 data 10: write | 1070; 1070 expire: ack 10 | 3070
    // The window starts anew behind it.
    1100 data 11: write | 2100; 1100 data 12: write | 2100
    1100 data 13: write, ack 13 | 2100`,
  "expire() makes the same gap worth an answer again": amidFour`
    70 data 11: ack 9 | 1070; 1070 expire: ack 9 | 3070
    1080 data 11: ack 9 | 3080`,
  "receive() saves a file that ends amid a window": amidFour`
    70 data 10: write | 1070
    80 data 11 'end': write end, commit, ack 11 | dallying 6080`,
  "receive() takes a short block behind a gap for no end": amidFour`
    80 data 11 'end': ack 9 | 1080`,
  "receive() takes block 0 behind block 65535": beforeWrap`
    // It may merely be lost.
    69 data 1: ack 65535 | 1069; 70 data 0: write, ack 0 | 1070
    900 data 0: ack 0 | 1900
    910 data 1 'end': write end, commit, ack 1 | dallying 6910`,
  "receive() saves a file that ends with block 0": beforeWrap`
    70 data 0 '': commit, ack 0 | dallying 6070`,
  "receive() acknowledges a window across the end of the numbers": from(
    atBlock(65_534, THREE),
  )`
    70 data 65535: write | 1070; 70 data 0: write | 1070
    70 data 1: write, ack 1 | 1070; 80 data 2: write | 1080
    900 data 65535: nothing; 1080 expire: ack 2 | 3080`,
  "receive() finds a gap across the end of the numbers": from(
    atBlock(65_534, FOUR),
  )`
    70 data 0: ack 65534 | 1070`,
  "receive() looks 32767 blocks ahead and 32768 back": from(
    atBlock(40_000, { windowsize: 65_535 }),
  )`
    // 40000 + 32767 - 65536 and one more.
    70 data 7232: nothing; 70 data 7231: ack 40000 | 1070`,
});
