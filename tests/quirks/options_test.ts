/**
 * What clients ask for, and what they make of the answer.
 *
 * @module
 */

import { testQuirks } from "./script.ts";

testQuirks([
  {
    what: "grants options in upper case, as they were written (RFC 2347)",
    script: [
      "> wrq f octet BLKSIZE=8 TSize=11 TIMEOUT=2",
      "< oack BLKSIZE=8 TSize=11 TIMEOUT=2",
      "> data 1 8",
      "< ack 1",
      "> data 2 3",
      "< ack 2",
      "stored f 1:8 2:3",
    ],
  },
  {
    what:
      "takes the first of an option that comes twice (tftp-hpa echoed both)",
    script: [
      "> wrq f octet blksize=16 tsize=19 BlkSize=8",
      "< oack blksize=16 tsize=19",
      "> data 1 16",
      "< ack 1",
      "> data 2 3",
      "< ack 2",
      "stored f 1:16 2:3",
    ],
  },
  {
    what: "leaves out what it does not know, and grants nothing by ACK 0",
    script: [
      "> wrq f octet multicast= x-vendor=1 tsize=5",
      "< oack tsize=5",
      "> wrq g octet multicast= x-vendor=1",
      "< ack 0",
    ],
  },
  {
    what: "leaves out what makes no sense",
    script: [
      "> wrq a octet blksize=7 timeout=0 windowsize=0 tsize=-1 rollover=2",
      "< ack 0",
      "> wrq b octet blksize=0x200 timeout=256 windowsize=65536 tsize=5k",
      "< ack 0",
      "> wrq c octet blksize=+512 timeout=1.0 windowsize=many tsize=",
      "< ack 0",
      "> wrq d octet blksize=512bytes timeout=-1 tsize=123456789012345678901",
      "< ack 0",
      "> data 1 512",
      "< ack 1",
      "> data 2 1",
      "< ack 2",
      "stored d 1:512 2:1",
    ],
  },
  {
    what: "grants no more than can be, whatever is asked for",
    script: [
      "> wrq a octet blksize=65465",
      "< oack blksize=65464",
      "> wrq b octet blksize=4294967296",
      "< oack blksize=65464",
      "> wrq c octet blksize=65464 windowsize=65535",
      "< oack blksize=65464 windowsize=1",
    ],
  },
  {
    what: "grants every timeout as it is asked for, or not at all (RFC 2349)",
    script: [
      "> wrq a octet timeout=1",
      "< oack timeout=1",
      "> wrq b octet timeout=255",
      "< oack timeout=255",
      "> wrq c octet timeout=05",
      "< oack timeout=05",
    ],
  },
  {
    what: "grants either roll-over (tftp-hpa, FreeBSD)",
    script: [
      "> wrq a octet rollover=0",
      "< oack rollover=0",
      "> wrq b octet rollover=1",
      "< oack rollover=1",
    ],
  },
  {
    what: "takes blocks of 512 bytes where it was told to ignore blksize",
    config: { ignoredOptions: ["blksize"] },
    script: [
      "> wrq f octet blksize=1468 tsize=513",
      "< oack tsize=513",
      "> data 1 512",
      "< ack 1",
      "> data 2 1",
      "< ack 2",
      "stored f 1:512 2:1",
    ],
  },
  {
    what:
      "keeps the old file of a client that ignores the blksize it was granted",
    script: [
      "> wrq f octet",
      "< ack 0",
      "> data 1 5",
      "< ack 1",
      "wait 3000",
      "> wrq f octet blksize=1468 tsize=1024",
      "< oack blksize=1468 tsize=1024",
      "> data 1 512",
      "< error 0 incomplete: 512 of 1024 bytes",
      "stored f 1:5",
    ],
  },
  {
    what:
      "has no ACK for a client that sends on behind what looked like the end",
    script: [
      "> wrq f octet blksize=1468",
      "< oack blksize=1468",
      "> data 1 512",
      "< ack 1",
      "> data 2 512",
      "silence",
      "stored f 1:512",
    ],
  },
  {
    what: "stores nothing of a client that sends more than it was granted",
    config: { maxBlksize: 512 },
    script: [
      "> wrq f octet blksize=1024",
      "< oack blksize=512",
      "> data 1 1024",
      "< error 4 block of 513 bytes exceeds blksize 512",
      "told failed",
      "files",
    ],
  },
  {
    what: "takes a size of 0 for unknown, and repeats it",
    script: [
      "> wrq f octet tsize=0",
      "< oack tsize=0",
      "> data 1 5",
      "< ack 1",
      "stored f 1:5",
    ],
  },
  {
    what: "stores a file that has grown since its size was announced",
    script: [
      "> wrq f octet tsize=5",
      "< oack tsize=5",
      "> data 1 512",
      "< ack 1",
      "> data 2 1",
      "< ack 2",
      "stored f 1:512 2:1",
    ],
  },
  {
    what:
      "refuses at once what the disk cannot hold, and says how much that is",
    script: [
      "> wrq f octet tsize=1125899906842624",
      "< error 3 not enough disk space - need 1125899906842624, have",
      "files",
    ],
  },
  {
    what: "makes no room for a size that is only announced",
    config: { maxBytes: 1_000 },
    script: [
      "> wrq f octet tsize=1125899906842624",
      "< error 3",
      "> wrq f octet tsize=1000",
      "< oack tsize=1000",
      "> data 1 512",
      "< ack 1",
      "> data 2 512",
      "< error 3 file too large - limit is 1000 bytes",
      "told failed",
      "files",
    ],
  },
  {
    what: "does not compare the size of a text with what is on the wire",
    config: { netascii: "convert" },
    script: [
      "> wrq f netascii tsize=9",
      "< oack tsize=9",
      "> data 1 'a' 0d 0a",
      "< ack 1",
      "stored f 'a' 0a",
    ],
  },
]);
