/**
 * How clients send.
 *
 * @module
 */

import { testQuirks } from "./script.ts";

testQuirks({
  "ignores an ACK 0 in answer to its OACK (litex)": `
    > wrq f octet tsize=5 < oack tsize=5; > ack 0; > data 1 5 < ack 1
    stored f 1:5`,
  "ignores an empty block 0": `
    > wrq f octet < ack 0; > data 0 0; > data 1 5 < ack 1
    stored f 1:5`,
  "stores nothing of a client that numbers its blocks from 0": `
    > wrq f octet < ack 0; > data 0 512
    > data 1 5 < error 4 blocks are numbered from 1; told failed
    files`,
  "ignores what is no block amid blocks": `
    > wrq f octet < ack 0; > data 1 512 < ack 1; > send; > send 00
    > send 00 03 00; > send 00 09 00 02; > ack 1; > oack tsize=5
    > data 2 5 < ack 2
    stored f 1:512 2:5`,
  "acknowledges a block again whose ACK was lost (RIOT-OS)": `
    > wrq f octet < ack 0; > data 1 512 < ack 1; > data 1 512 < ack 1
    > data 2 5 < ack 2
    stored f 1:512 2:5`,
  "ignores blocks of long ago and far ahead (tftpy, Erlang gave up)": `
    > wrq f octet < ack 0; > data 1 512 < ack 1; > data 2 512 < ack 2
    > data 1 512; > data 9 512; > data 40000 512; > data 3 5 < ack 3
    stored f 1:512 2:512 3:5`,
  "asks once for a block that is missing in a window (rs-tftpd: for each)": `
    > wrq f octet blksize=8 windowsize=4 < oack blksize=8 windowsize=4
    > data 1 8; > data 3 8 < ack 1; > data 4 8; > data 2 8; > data 3 8
    > data 4 8; > data 5 8 < ack 5; > data 6 0 < ack 6
    stored f 1:8 2:8 3:8 4:8 5:8`,
  "asks by ACK 0 for the first block of a window, not by an OACK": `
    > wrq f octet blksize=8 windowsize=4 < oack blksize=8 windowsize=4
    > data 2 8 < ack 0; > data 1 8; > data 2 3 < ack 2
    stored f 1:8 2:3`,
  "acknowledges the last block amid a window (tqftpserv hung)": `
    > wrq f octet blksize=8 windowsize=64 < oack blksize=8 windowsize=64
    > data 1 8; > data 2 3 < ack 2
    stored f 1:8 2:3`,
  "stores an empty file": `
    > wrq f octet < ack 0; > data 1 0 < ack 1
    stored f`,
  "waits for the empty last block of a file of full ones": `
    > wrq f octet < ack 0; > data 1 5 < ack 1; wait 3000
    > wrq f octet < ack 0; > data 1 512 < ack 1
    stored f 1:5
    > data 2 0 < ack 2
    stored f 1:512`,
  "stores netascii as it is sent (HP ProCurve)": `
    > wrq f netascii < ack 0; > data 1 'a' 0d 0a 'b' 0d 00 < ack 1
    stored f 'a' 0d 0a 'b' 0d 00`,
});

testQuirks({
  "converts netascii over the end of a block, and ends by what is sent": `
    > wrq f netascii blksize=8 < oack blksize=8
    > data 1 'abcde' 0d 0a 0d < ack 1; > data 2 0a 'g' 0d 'h' 0d 00 0d < ack 2
    stored f 'abcde' 0a 0a 'g' 0d 'h' 0d 0d`,
}, { netascii: "convert" });
