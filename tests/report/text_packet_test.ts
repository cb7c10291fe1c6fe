import { assertEquals } from "@std/assert";
import type { Event } from "../../lib/report/event.ts";
import { FROM, packet, printed } from "./events.ts";

const DUMP = "\n0000 : 00 ?  04 ? ";

const PACKETS: readonly (readonly [Event, string])[] = [
  [
    packet({
      kind: "wrq",
      filename: 'a"b',
      mode: "octet",
      options: [{ name: "tsize", value: "5" }, { name: "x", value: "\x1b" }],
    }),
    `${FROM} > WRQ "a\\"b" "octet" "tsize"="5" "x"="\\x1b"${DUMP}`,
  ],
  [
    packet({ kind: "rrq", filename: "a", mode: "netascii", options: [] }),
    `${FROM} > RRQ "a" "netascii"${DUMP}`,
  ],
  [
    packet({ kind: "data", block: 7, payload: new Uint8Array(1) }),
    `${FROM} > DATA block 7, 1 byte${DUMP}`,
  ],
  [
    packet({ kind: "data", block: 0, payload: new Uint8Array(512) }),
    `${FROM} > DATA block 0, 512 bytes${DUMP}`,
  ],
  [
    packet({ kind: "ack", block: 65_537 }, [0x00, 0x04], "out"),
    `${FROM} < ACK block 1${DUMP}`,
  ],
  [
    packet({ kind: "error", code: 2, message: "\x07" }, [0x00, 0x04], "out"),
    `${FROM} < ERROR 2 "\\x07"${DUMP}`,
  ],
  [
    packet(
      { kind: "oack", options: [{ name: "blksize", value: "8" }] },
      [0x00, 0x06, 0x62, 0x6c, 0x6b, 0x73, 0x69, 0x7a, 0x65, 0x00, 0x38, 0x00],
      "out",
    ),
    `${FROM} < OACK "blksize"="8"\n` +
    "0000 : 00 ?  06 ?  62 b  6C l  6B k  73 s  69 i  7A z  65 e  00 ? \n" +
    "0010 : 38 8  00 ? ",
  ],
  [
    packet({ kind: "malformed", opcode: 9, reason: "unknown opcode" }),
    `${FROM} > malformed packet: unknown opcode${DUMP}`,
  ],
  [
    packet({ kind: "malformed", opcode: undefined, reason: "empty" }, []),
    `${FROM} > malformed packet: empty`,
  ],
];

for (const [event, text] of PACKETS) {
  Deno.test(`textReport() prints ${JSON.stringify(text)} at level 2`, () => {
    assertEquals(printed(0, event), []);
    assertEquals(printed(1, event), []);
    assertEquals(printed(2, event), [text]);
  });
}
