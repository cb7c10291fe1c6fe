/**
 * How clients end, and who else speaks to the port of an upload.
 *
 * @module
 */

import { testQuirks } from "./script.ts";

/** More than would be lost of one block before it was given up. */
const BLOCKS = Array.from({ length: 15 }, (_, i) => i + 1);
const LOST_ACKS = BLOCKS
  .map((it) => `> data ${it} 512 < ack ${it}; wait 1000; < ack ${it}`)
  .join("; ");

testQuirks({
  "acknowledges the last block again whose ACK was lost (tftpy)": `
    > wrq f octet < ack 0; > data 1 5 < ack 1; wait 5000; > data 1 5 < ack 1
    stored f 1:5; files f`,
  "takes a block that is nearly full for the last (py3tftp: for none)": `
    > wrq f octet blksize=8 < oack blksize=8; > data 1 8 < ack 1
    > data 2 7 < ack 2
    stored f 1:8 2:7`,
  "leaves nothing of a client that sends no block (litex: an empty file)": `
    > wrq f octet tsize=5 < oack tsize=5; > ack 0; wait 60000; told failed
    files`,
  "bears with lost ACKs in the whole of a file (rs-tftpd: with six)": `
    > wrq f octet timeout=1 < oack timeout=1
    ${LOST_ACKS}
    > data 16 0 < ack 16
    stored f ${BLOCKS.map((block) => `${block}:512`).join(" ")}`,
  "never answers an ERROR, and stores nothing then": `
    > wrq f octet < ack 0; > data 1 512 < ack 1; > error 0 user abort
    told failed; silence; files`,
  "keeps a file that is saved, whatever ERROR comes behind": `
    > wrq f octet < ack 0; > data 1 5 < ack 1; > error 0 user abort; silence
    stored f 1:5`,
  "tells a client that was silent for a minute, once": `
    > wrq f octet < ack 0; > data 1 512 < ack 1; wait 60000; < error 0 timeout
    told failed; silence; files`,
  "sends somebody else away, and goes on (RFC 1350)": `
    > wrq f octet < ack 0
    2> data 1 512 2< error 5 unknown transfer identifier; 2> error 0 go away
    2> wrq g octet 2< ack 0; > data 1 5 < ack 1
    stored f 1:5`,
  "gives each of two clients a file of its own under the same name": `
    > wrq f octet < ack 0; 2> wrq f octet 2< ack 0; > data 1 512 < ack 1
    2> data 1 7 2< ack 1
    stored f 1:7
    > data 2 5 < ack 2
    stored f 1:512 2:5`,
  "waits for a device that pauses for long (tftpy gave up after 5 s)": `
    > wrq f octet timeout=255 < oack timeout=255; wait 59000
    > data 1 512 < ack 1; wait 59000; > data 2 5 < ack 2
    stored f 1:512 2:5`,
});
