/**
 * How clients end, and who else speaks to the port of an upload.
 *
 * @module
 */

import { testQuirks } from "./script.ts";

testQuirks([
  {
    what: "acknowledges the last block again whose ACK was lost (tftpy)",
    script: [
      "> wrq f octet",
      "< ack 0",
      "> data 1 5",
      "< ack 1",
      "wait 5000",
      "> data 1 5",
      "< ack 1",
      "stored f 1:5",
      "files f",
    ],
  },
  {
    what: "never answers an ERROR, and stores nothing then",
    script: [
      "> wrq f octet",
      "< ack 0",
      "> data 1 512",
      "< ack 1",
      "> error 0 user abort",
      "told failed",
      "silence",
      "files",
    ],
  },
  {
    what: "keeps a file that is saved, whatever ERROR comes behind",
    script: [
      "> wrq f octet",
      "< ack 0",
      "> data 1 5",
      "< ack 1",
      "> error 0 user abort",
      "silence",
      "stored f 1:5",
    ],
  },
  {
    what: "tells a client that was silent for a minute, once",
    script: [
      "> wrq f octet",
      "< ack 0",
      "> data 1 512",
      "< ack 1",
      "wait 60000",
      "< error 0 timeout",
      "told failed",
      "silence",
      "files",
    ],
  },
  {
    what: "sends somebody else away, and goes on (RFC 1350)",
    script: [
      "> wrq f octet",
      "< ack 0",
      "2> data 1 512",
      "2< error 5 unknown transfer identifier",
      "2> error 0 go away",
      "2> wrq g octet",
      "2< ack 0",
      "> data 1 5",
      "< ack 1",
      "stored f 1:5",
    ],
  },
  {
    what: "gives each of two clients a file of its own under the same name",
    script: [
      "> wrq f octet",
      "< ack 0",
      "2> wrq f octet",
      "2< ack 0",
      "> data 1 512",
      "< ack 1",
      "2> data 1 7",
      "2< ack 1",
      "stored f 1:7",
      "> data 2 5",
      "< ack 2",
      "stored f 1:512 2:5",
    ],
  },
  {
    what: "waits for a device that pauses for long (tftpy gave up after 5 s)",
    script: [
      "> wrq f octet timeout=255",
      "< oack timeout=255",
      "wait 59000",
      "> data 1 512",
      "< ack 1",
      "wait 59000",
      "> data 2 5",
      "< ack 2",
      "stored f 1:512 2:5",
    ],
  },
]);
