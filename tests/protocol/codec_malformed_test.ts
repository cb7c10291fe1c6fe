import { assertEquals } from "@std/assert";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { bytesOf } from "./vectors.ts";

const MALFORMED: ReadonlyArray<{
  readonly what: string;
  readonly hex: string;
  readonly opcode: number | undefined;
  readonly reason: string;
}> = [
  {
    what: "an empty datagram (row 25)",
    hex: "",
    opcode: undefined,
    reason: "shorter than an opcode",
  },
  {
    what: "a single byte (row 25)",
    hex: "00",
    opcode: undefined,
    reason: "shorter than an opcode",
  },
  {
    what: "opcode 0 (row 51)",
    hex: "00 00 00 01",
    opcode: 0,
    reason: "unknown opcode 0",
  },
  {
    what: "opcode 7 (row 51)",
    hex: "00 07 00 01",
    opcode: 7,
    reason: "unknown opcode 7",
  },
  {
    what: "an opcode in the wrong byte order (row 51)",
    hex: "02 00 61 00 6f 63 74 65 74 00",
    opcode: 512,
    reason: "unknown opcode 512",
  },
  {
    what: "a WRQ of two bytes (row 25)",
    hex: "00 02",
    opcode: undefined,
    reason: "request under 4 bytes",
  },
  {
    what: "a WRQ whose file name has no end (row 45)",
    hex: "00 02 61 2e 62",
    opcode: 2,
    reason: "no end of file name",
  },
  {
    what: "an RRQ whose file name has no end (row 45)",
    hex: "00 01 61 2e 62",
    opcode: 1,
    reason: "no end of file name",
  },
  {
    what: "a WRQ without a mode (row 45)",
    hex: "00 02 61 00",
    opcode: 2,
    reason: "no end of transfer mode",
  },
  {
    what: "a WRQ whose mode has no end (row 45)",
    hex: "00 02 61 00 6f 63 74 65 74",
    opcode: 2,
    reason: "no end of transfer mode",
  },
  {
    what: "a WRQ whose option name has no end (row 45)",
    hex: "00 02 61 00 6f 63 74 65 74 00 74 73",
    opcode: 2,
    reason: "no end of option",
  },
  {
    what: "a WRQ whose option value has no end (row 45)",
    hex: "00 02 61 00 6f 63 74 65 74 00 74 73 69 7a 65 00 31",
    opcode: 2,
    reason: "no end of option",
  },
  {
    what: "a DATA of three bytes (row 25)",
    hex: "00 03 00",
    opcode: 3,
    reason: "shorter than a block number",
  },
  {
    what: "an ACK of three bytes (row 25)",
    hex: "00 04 00",
    opcode: 4,
    reason: "shorter than a block number",
  },
  {
    what: "an ERROR of three bytes (row 25)",
    hex: "00 05 00",
    opcode: 5,
    reason: "shorter than an error code",
  },
  {
    what: "an OACK whose option has no end",
    hex: "00 06 61 00 62",
    opcode: 6,
    reason: "no end of option",
  },
];

for (const { what, hex, opcode, reason } of MALFORMED) {
  Deno.test(`decodePacket() finds malformed ${what}`, () => {
    assertEquals(decodePacket(bytesOf(hex)), {
      kind: "malformed",
      opcode,
      reason,
    });
  });
}

Deno.test("decodePacket() reads a request of 1024 bytes (row 49)", () => {
  const filename = "n".repeat(1015);
  const bytes = encodePacket({
    kind: "wrq",
    filename,
    mode: "octet",
    options: [],
  });
  assertEquals(bytes.length, 1024);
  assertEquals(decodePacket(bytes), {
    kind: "wrq",
    filename,
    mode: "octet",
    options: [],
  });
});

Deno.test("decodePacket() finds malformed a request of 1025 bytes (row 49)", () => {
  const bytes = encodePacket({
    kind: "wrq",
    filename: "n".repeat(1016),
    mode: "octet",
    options: [],
  });
  assertEquals(bytes.length, 1025);
  assertEquals(decodePacket(bytes), {
    kind: "malformed",
    opcode: 2,
    reason: "request over 1024 bytes",
  });
});
