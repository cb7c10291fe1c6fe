/**
 * What comes again: a request, a block, an ERROR.
 *
 * @module
 */

import { atBlock, dallying, failed, from, OACK, opened } from "./scenario.ts";
import { testStories } from "./story.ts";

const TWO_FIRST = "error 0 block 1 came twice with different contents, " +
  "discard two-first-blocks";

const opening = from(opened());
const offered = from(opened({}, OACK));
const amid = from(atBlock(5));
const saved = from(dallying());
const broken = from(failed());
const windowed = from(opened({ windowsize: 4 }));

testStories({
  "receive() answers a repeated request by the same OACK": offered`
    400 wrq: oack | 60000; 400 wrq: nothing; 800 wrq: oack | 60000`,
  "receive() does not answer a request that the network doubled": offered`
    0 wrq: nothing; 399 wrq: nothing`,
  "receive() answers a repeated request by the same ACK 0": opening`
    400 wrq: ack 0 | 60000; 410 data 1: write, ack 1 | receiving 1410
    5000 wrq: nothing
    5010 data 2 'end': write end, commit, ack 2 | dallying 11010
    6000 wrq: nothing`,
  "receive() ignores a repeated request once a later block has come": windowed`
    10 data 2: ack 0 | 1010; 900 wrq: nothing`,
  "receive() re-ACKs a repeated block at once, four times": amid`
    1 data 5: ack 5 | 1001; 1 data 5 'abc': ack 5 | 1001
    2 data 5: ack 5 | 1002; 3 data 5: ack 5 | 1003; 4 data 5: nothing
    100 data 5: nothing
    // One more every tenth of a second.
    101 data 5: ack 5 | 1101; 200 data 5: nothing; 201 data 5: ack 5 | 1201
    1201 expire: ack 5 | 3201`,
  "receive() re-ACKs once in three round trips of a slow client": opening`
    400 data 1: write, ack 1 | receiving 1400; 500 data 1: ack 1 | 1500
    500 data 1: ack 1 | 1500; 500 data 1: ack 1 | 1500
    500 data 1: ack 1 | 1500; 1499 expire: nothing; 1500 expire: ack 1 | 3500
    1699 data 1: nothing; 1700 data 1: ack 1 | 3700`,
  "receive() does not answer a block for ever that follows each ACK": opening`
    // An old sender that was sent an ACK twice: it sends each block twice.
    10 data 1: write, ack 1 | receiving 1010; 11 data 1: ack 1 | 1011
    20 data 2: write, ack 2 | 1020; 21 data 2: ack 2 | 1021
    30 data 3: write, ack 3 | 1030; 31 data 3: ack 3 | 1031
    40 data 4: write, ack 4 | 1040; 41 data 4: ack 4 | 1041
    50 data 5: write, ack 5 | 1050
    // Here it ends.
    51 data 5: nothing`,
  "receive() re-ACKs the last block while it dallies, no other": saved`
    1 data 6 'end': ack 6 | 6000; 2 data 6 'end': ack 6 | 6000
    1500 data 5, data 7, data 7 '123456789', wrq: nothing`,
  "receive() fails when block 1 comes again and is another one": opening`
    10 data 1: write, ack 1 | receiving 1010
    20 data 1 '12345679': ${TWO_FIRST} | failed 6020`,
  "receive() fails however late another block 1 comes, and in a window":
    windowed`
    10 data 1: write | receiving 1010; 20 data 2: write | 1020
    30 data 1: nothing; 40 data 1 '': ${TWO_FIRST} | failed 6040`,
  "receive() does not acknowledge another block 1 while it dallies": opening`
    10 data 1 'end': write end, commit, ack 1 | dallying 6010
    20 data 1 '': nothing; 30 data 1 'end': ack 1 | 6010`,
  "receive() repeats the ERROR for blocks that follow, three times": broken`
    499 data 6: nothing; 500 data 6: error 3 disk full | 6000
    999 data 6: nothing; 1000 data 7: error 3 disk full | 6000
    1500 data 6: error 3 disk full | 6000; 2000 data 6: nothing
    4999 data 6: nothing`,
  "receive() repeats the ERROR for nothing but blocks": broken`
    900 wrq, ack 5, oack, malformed: nothing`,
});
