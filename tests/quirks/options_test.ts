/**
 * What clients ask for, and what they make of the answer.
 *
 * @module
 */

import { testQuirks } from "./script.ts";

testQuirks({
  "grants options in upper case, as they were written (RFC 2347)": `
    > wrq f octet BLKSIZE=8 TSize=11 TIMEOUT=2
    < oack BLKSIZE=8 TSize=11 TIMEOUT=2; > data 1 8 < ack 1; > data 2 3 < ack 2
    stored f 1:8 2:3`,
  "takes the first of an option that comes twice (tftp-hpa echoed both)": `
    > wrq f octet blksize=16 tsize=19 BlkSize=8 < oack blksize=16 tsize=19
    > data 1 16 < ack 1; > data 2 3 < ack 2
    stored f 1:16 2:3`,
  "leaves out what it does not know, and grants nothing by ACK 0": `
    > wrq f octet multicast= x-vendor=1 tsize=5 < oack tsize=5
    > wrq g octet multicast= x-vendor=1 < ack 0`,
  "leaves out what makes no sense": `
    > wrq a octet blksize=7 timeout=0 windowsize=0 tsize=-1 rollover=2 < ack 0
    > wrq b octet blksize=0x200 timeout=256 windowsize=65536 tsize=5k < ack 0
    > wrq c octet blksize=+512 timeout=1.0 windowsize=many tsize= < ack 0
    > wrq d octet blksize=512bytes timeout=-1 tsize=123456789012345678901
    < ack 0; > data 1 512 < ack 1; > data 2 1 < ack 2
    stored d 1:512 2:1`,
  "grants no more than can be, whatever is asked for": `
    > wrq a octet blksize=65465 < oack blksize=65464
    > wrq b octet blksize=4294967296 < oack blksize=65464
    > wrq c octet blksize=65464 windowsize=65535
    < oack blksize=65464 windowsize=1`,
  "grants every timeout as it is asked for, or not at all (RFC 2349)": `
    > wrq a octet timeout=1 < oack timeout=1
    > wrq b octet timeout=255 < oack timeout=255
    > wrq c octet timeout=05 < oack timeout=05`,
  "grants either roll-over (tftp-hpa, FreeBSD)": `
    > wrq a octet rollover=0 < oack rollover=0
    > wrq b octet rollover=1 < oack rollover=1`,
  "keeps the old file of a client that ignores the blksize it was granted": `
    > wrq f octet < ack 0; > data 1 5 < ack 1; wait 3000
    > wrq f octet blksize=1468 tsize=1024 < oack blksize=1468 tsize=1024
    > data 1 512 < error 0 incomplete: 512 of 1024 bytes
    stored f 1:5`,
  "has no ACK for a client that sends on behind what looked like the end": `
    > wrq f octet blksize=1468 < oack blksize=1468; > data 1 512 < ack 1
    > data 2 512; silence
    stored f 1:512`,
  "takes a size of 0 for unknown, and repeats it": `
    > wrq f octet tsize=0 < oack tsize=0; > data 1 5 < ack 1
    stored f 1:5`,
  "stores a file that has grown since its size was announced": `
    > wrq f octet tsize=5 < oack tsize=5; > data 1 512 < ack 1
    > data 2 1 < ack 2
    stored f 1:512 2:1`,
  "refuses at once what the disk cannot hold, and says how much that is": `
    > wrq f octet tsize=1125899906842624
    < error 3 not enough disk space - need 1125899906842624, have
    files`,
});

testQuirks({
  "takes blocks of 512 bytes where it was told to ignore blksize": `
    > wrq f octet blksize=1468 tsize=513 < oack tsize=513
    > data 1 512 < ack 1; > data 2 1 < ack 2
    stored f 1:512 2:1`,
}, { ignoredOptions: ["blksize"] });

testQuirks({
  "stores nothing of a client that sends more than it was granted": `
    > wrq f octet blksize=1024 < oack blksize=512
    > data 1 1024 < error 4 block of 513 bytes exceeds blksize 512
    told failed; files`,
}, { maxBlksize: 512 });

testQuirks({
  "makes no room for a size that is only announced": `
    > wrq f octet tsize=1125899906842624 < error 3
    > wrq f octet tsize=1000 < oack tsize=1000; > data 1 512 < ack 1
    > data 2 512 < error 3 file too large - limit is 1000 bytes; told failed
    files`,
}, { maxBytes: 1_000 });

testQuirks({
  "does not compare the size of a text with what is on the wire": `
    > wrq f netascii tsize=9 < oack tsize=9; > data 1 'a' 0d 0a < ack 1
    stored f 'a' 0a`,
}, { netascii: "convert" });
