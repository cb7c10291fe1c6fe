/**
 * How clients ask.
 *
 * @module
 */

import { testQuirks } from "./script.ts";

testQuirks({
  "answers a request that comes again by the very OACK (OpenNMS: ACK 0)": `
    > wrq f octet BlkSize=8 x=1 tsize=3 < oack BlkSize=8 tsize=3; wait 1000
    > wrq f octet BlkSize=8 x=1 tsize=3 < oack BlkSize=8 tsize=3
    > data 1 3 < ack 1
    stored f 1:3`,
  "answers requests once that come again before their answer (U-Boot)": `
    > wrq f octet tsize=5; > wrq f octet tsize=5
    > wrq f octet tsize=5 < oack tsize=5; silence; > data 1 5 < ack 1
    stored f 1:5`,
  "is silent to a request that comes late, amid data": `
    > wrq f octet blksize=8 < oack blksize=8; > data 1 8 < ack 1
    > wrq f octet blksize=8; silence; > data 2 3 < ack 2
    stored f 1:8 2:3`,
  "keeps a file whose request comes late, when it is saved": `
    > wrq f octet < ack 0; > data 1 5 < ack 1; > wrq f octet; silence
    stored f 1:5`,
  "serves the next file from a port at once (U-Boot, phones)": `
    > wrq a octet < ack 0; > data 1 5 < ack 1; > wrq b octet < ack 0
    > data 1 6 < ack 1
    stored a 1:5; stored b 1:6`,
  "begins anew for a client that was switched off and on": `
    > wrq a octet timeout=1 < oack timeout=1; > data 1 512 < ack 1; wait 3000
    < ack 1; > wrq b octet < ack 0; told failed; > data 1 5 < ack 1
    files b`,
  "serves a client that refuses what it was granted (RFC 2347)": `
    > wrq f octet blksize=1428 < oack blksize=1428
    > error 8 no options, please; told failed; > wrq f octet < ack 0
    > data 1 512 < ack 1; > data 2 0 < ack 2
    stored f 1:512`,
  "takes a request that is padded with NULs": `
    > wrq f octet +2 < ack 0; > data 1 5 < ack 1`,
  "takes a request that is padded beyond 512 bytes behind its options": `
    > wrq f octet tsize=5 +600 < oack tsize=5`,
  "looks at nothing behind the padding": `
    > knock 00 02 'f' 00 'octet' 00 'tsize' 00 '5' 00 00 'blksize' 00 '9'
    < oack tsize=5`,
  "drops an option without a value": `
    > knock 00 02 'f' 00 'octet' 00 'tsize' 00 '5' 00 'blksize' 00
    < oack tsize=5`,
  "refuses a request that has no end": `
    > knock 00 02 'f' 00 'octet' < error 4 malformed request
    > knock 00 02 'file' < error 4 malformed request
    > knock 00 02 'f' 00 'octet' 00 'tsize' 00 '5' < error 4 malformed request
    files`,
  "does not mind the case of modes, and knows those of Windows clients": `
    > wrq f OCTET < ack 0; > wrq g Binary < ack 0; > wrq h NetASCII < ack 0
    > wrq i ascii < ack 0`,
  "refuses mail and modes that nobody knows": `
    > wrq f mail < error 4; > wrq f image < error 4`,
  "refuses names that are none": `
    > knock 00 02 00 'octet' 00 < error 2 invalid filename
    > knock 00 02 ff fe 'f' 00 'octet' 00 < error 2 invalid filename
    > wrq ../f octet < error 2 invalid filename
    > wrq .. octet < error 2 invalid filename
    > wrq -rf octet < error 2 invalid filename
    files`,
  "refuses to send files, in a few bytes": `
    > rrq f octet < error 2 read request not supported - write requests only`,
  "is silent to all but requests where it listens": `
    > wrq f octet < ack 0; 2> knock; 2> knock 00; 2> knock 00 02
    2> knock 00 09 00 01; 2> knock 00 03 00 01 'x'; 2> knock 00 04 00 00
    2> knock 00 05 00 04 'x' 00; 2> knock 00 06 'tsize' 00 '5' 00; silence`,
});

testQuirks({
  "answers a request that comes again after 4 s the same (Cisco IOS)": `
    > wrq cfg octet < ack 0; wait 4000; > wrq cfg octet < ack 0
    > data 1 5 < ack 1
    stored cfg 1:5; files cfg`,
}, { onExists: "refuse" });
