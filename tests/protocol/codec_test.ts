import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  decodePacket,
  encodeAckInto,
  encodePacket,
} from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { bytesOf, VECTORS } from "./vectors.ts";

for (const { what, hex, packet } of VECTORS) {
  Deno.test(`decodePacket() reads a golden ${what}`, () => {
    assertEquals<Packet>(decodePacket(bytesOf(hex)), packet);
  });

  Deno.test(`encodePacket() writes a golden ${what}`, () => {
    assertEquals(encodePacket(packet), bytesOf(hex));
  });

  Deno.test(`decodePacket() survives any truncation of a golden ${what}`, () => {
    const bytes = bytesOf(hex);
    for (let length = 0; length < bytes.length; length++) {
      const { kind } = decodePacket(bytes.subarray(0, length));
      assert(
        kind === packet.kind || kind === "malformed",
        `${length}: ${kind}`,
      );
    }
  });
}

/** Understood, though nobody should send it; we never write it. */
const TOLERATED: ReadonlyArray<{
  readonly what: string;
  readonly hex: string;
  readonly packet: Packet;
}> = [
  {
    what: "a NUL behind the mode (row 46)",
    hex: "00 02 61 00 6f 63 74 65 74 00 00",
    packet: { kind: "wrq", filename: "a", mode: "octet", options: [] },
  },
  {
    what: "many NULs behind the options (row 46)",
    hex: "00 02 61 00 6f 63 74 65 74 00 74 73 69 7a 65 00 31 00 00 00 00",
    packet: {
      kind: "wrq",
      filename: "a",
      mode: "octet",
      options: [{ name: "tsize", value: "1" }],
    },
  },
  {
    what: "an option behind an empty name, by ignoring it (row 46)",
    hex: "00 02 61 00 6f 63 74 65 74 00 00 74 73 69 7a 65 00 31 00",
    packet: { kind: "wrq", filename: "a", mode: "octet", options: [] },
  },
  {
    what: "rubbish without an end behind an empty name (row 46)",
    hex: "00 02 61 00 6f 63 74 65 74 00 00 ff",
    packet: { kind: "wrq", filename: "a", mode: "octet", options: [] },
  },
  {
    what: "an option name without a value (row 47)",
    hex: "00 02 61 00 6f 63 74 65 74 00 74 73 69 7a 65 00",
    packet: { kind: "wrq", filename: "a", mode: "octet", options: [] },
  },
  {
    what: "a second option name without a value (row 47)",
    hex: "00 02 61 00 6f 63 74 65 74 00 74 73 69 7a 65 00 31 00 62 00",
    packet: {
      kind: "wrq",
      filename: "a",
      mode: "octet",
      options: [{ name: "tsize", value: "1" }],
    },
  },
  {
    what: "an empty transfer mode",
    hex: "00 02 61 00 00",
    packet: { kind: "wrq", filename: "a", mode: "", options: [] },
  },
  {
    what: "bytes behind the block number of an ACK",
    hex: "00 04 00 07 00 ff",
    packet: { kind: "ack", block: 7 },
  },
  {
    what: "an ERROR without its NUL",
    hex: "00 05 00 00 6e 6f",
    packet: { kind: "error", code: 0, message: "no" },
  },
  {
    what: "an ERROR of nothing but a code",
    hex: "00 05 00 08",
    packet: { kind: "error", code: 8, message: "" },
  },
  {
    what: "bytes behind the NUL of an ERROR",
    hex: "00 05 00 01 6e 6f 00 21 21",
    packet: { kind: "error", code: 1, message: "no" },
  },
  {
    what: "a NUL behind the options of an OACK",
    hex: "00 06 61 00 62 00 00",
    packet: { kind: "oack", options: [{ name: "a", value: "b" }] },
  },
];

for (const { what, hex, packet } of TOLERATED) {
  Deno.test(`decodePacket() tolerates ${what}`, () => {
    assertEquals(decodePacket(bytesOf(hex)), packet);
  });
}

Deno.test("decodePacket() leaves a payload where it was received", () => {
  // As a driver does it: the datagram is itself a part of a larger buffer.
  const buffer = bytesOf("ee ee 00 03 00 01 61 62 ee ee");
  const packet = decodePacket(buffer.subarray(2, 8));
  assert(packet.kind === "data");
  assert(packet.payload.buffer === buffer.buffer);
  assertEquals(packet.payload.byteOffset, 6);
  assertEquals(packet.payload.length, 2);
});

Deno.test("encodePacket() copies a payload", () => {
  const payload = Uint8Array.of(1, 2);
  const bytes = encodePacket({ kind: "data", block: 1, payload });
  payload.fill(9);
  assertEquals(bytes, bytesOf("00 03 00 01 01 02"));
});

Deno.test("encodePacket() cuts a block number to 16 bits (row 27)", () => {
  assertEquals(
    encodePacket({ kind: "ack", block: 65536 }),
    bytesOf("00 04 00 00"),
  );
  assertEquals(
    encodePacket({ kind: "ack", block: 4294967297 }),
    bytesOf("00 04 00 01"),
  );
});

Deno.test("encodeAckInto() writes what encodePacket() does, over anything", () => {
  const into = Uint8Array.of(9, 9, 9, 9);
  for (const block of [0, 1, 255, 256, 65_535, 65_536, 1_000_000]) {
    assert(encodeAckInto(block, into) === into);
    assertEquals(into, encodePacket({ kind: "ack", block }));
  }
});

Deno.test("encodePacket() throws on a NUL in a file name", () => {
  assertThrows(
    () =>
      encodePacket({
        kind: "wrq",
        filename: "a\0b",
        mode: "octet",
        options: [],
      }),
    RangeError,
    "U+0001 to U+00FF",
  );
});

Deno.test("encodePacket() throws on a NUL in an option value", () => {
  assertThrows(
    () =>
      encodePacket({ kind: "oack", options: [{ name: "a", value: "1\0" }] }),
    RangeError,
    "U+0001 to U+00FF",
  );
});

Deno.test("encodePacket() throws on a character above U+00FF", () => {
  assertThrows(
    () => encodePacket({ kind: "error", code: 0, message: "\u0100" }),
    RangeError,
    'Cannot encode "\u0100"',
  );
});
