import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decodePacket,
  encodeAckInto,
  encodePacket,
} from "../../lib/protocol/codec.ts";
import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";
import { writeRequest } from "../peer.ts";
import { bytesOf, VECTORS } from "./vectors.ts";

Deno.test("decodePacket() reads and encodePacket() writes the golden table", () => {
  for (const { what, hex, packet } of VECTORS) {
    assertEquals<Packet>(decodePacket(bytesOf(hex)), packet, what);
    assertEquals(encodePacket(packet), bytesOf(hex), what);
  }
});

Deno.test("decodePacket() survives any truncation", () => {
  for (const { what, hex, packet } of VECTORS) {
    const bytes = bytesOf(hex);
    for (let length = 0; length < bytes.length; length++) {
      const { kind } = decodePacket(bytes.subarray(0, length));
      assert(kind === packet.kind || kind === "malformed", `${what} ${length}`);
    }
  }
});

/** Understood, though nobody should send it; we never write it. */
const TOLERATED: Readonly<
  Record<string, readonly [hex: string, packet: Packet]>
> = {
  "a NUL behind the mode": ["00 02 'a' 00 'octet' 00 00", writeRequest("a")],
  "many NULs behind the options": [
    "00 02 'a' 00 'octet' 00 'tsize' 00 '1' 00 00 00 00 00",
    writeRequest("a", { tsize: "1" }),
  ],
  "an option behind an empty name, by ignoring it": [
    "00 02 'a' 00 'octet' 00 00 'tsize' 00 '1' 00",
    writeRequest("a"),
  ],
  "rubbish without an end behind an empty name": [
    "00 02 'a' 00 'octet' 00 00 ff",
    writeRequest("a"),
  ],
  "an option name without a value": [
    "00 02 'a' 00 'octet' 00 'tsize' 00",
    writeRequest("a"),
  ],
  "a second option name without a value": [
    "00 02 'a' 00 'octet' 00 'tsize' 00 '1' 00 'b' 00",
    writeRequest("a", { tsize: "1" }),
  ],
  "an empty mode": ["00 02 'a' 00 00", writeRequest("a", {}, "")],
  "bytes behind an ACK": ["00 04 00 07 00 ff", { kind: "ack", block: 7 }],
  "an ERROR without its NUL": [
    "00 05 00 00 'no'",
    { kind: "error", code: 0, message: "no" },
  ],
  "an ERROR of nothing but a code": [
    "00 05 00 08",
    { kind: "error", code: 8, message: "" },
  ],
  "bytes behind the NUL of an ERROR": [
    "00 05 00 01 'no' 00 '!!'",
    { kind: "error", code: 1, message: "no" },
  ],
  "a NUL behind the options of an OACK": [
    "00 06 'a' 00 'b' 00 00",
    { kind: "oack", options: [{ name: "a", value: "b" }] },
  ],
};

Deno.test("decodePacket() tolerates what clients get wrong", () => {
  for (const [what, [hex, packet]] of Object.entries(TOLERATED)) {
    assertEquals(decodePacket(bytesOf(hex)), packet, what);
  }
});

const MALFORMED: ReadonlyArray<
  readonly [hex: string, opcode: number | undefined, reason: string]
> = [
  ["", undefined, "shorter than an opcode"],
  ["00", undefined, "shorter than an opcode"],
  ["00 00 00 01", 0, "unknown opcode 0"],
  ["00 07 00 01", 7, "unknown opcode 7"],
  ["02 00 'a' 00 'octet' 00", 512, "unknown opcode 512"],
  ["ff ff 00 00", 65535, "unknown opcode 65535"],
  // Without an opcode, lest the answer be ten times longer.
  ["00 01", undefined, "request under 4 bytes"],
  ["00 02 'a'", undefined, "request under 4 bytes"],
  ["00 02 'a.b'", 2, "no end of file name"],
  ["00 01 'a.b'", 1, "no end of file name"],
  ["00 02 'a' 00", 2, "no end of transfer mode"],
  ["00 02 'a' 00 'octet'", 2, "no end of transfer mode"],
  ["00 02 'a' 00 'octet' 00 'ts'", 2, "no end of option"],
  ["00 02 'a' 00 'octet' 00 'tsize' 00 '1'", 2, "no end of option"],
  ["00 03 00", 3, "shorter than a block number"],
  ["00 04 00", 4, "shorter than a block number"],
  ["00 05 00", 5, "shorter than an error code"],
  ["00 06 'a' 00 'b'", 6, "no end of option"],
];

Deno.test("decodePacket() finds malformed what cannot be understood", () => {
  for (const [hex, opcode, reason] of MALFORMED) {
    const packet: Packet = { kind: "malformed", opcode, reason };
    assertEquals(decodePacket(bytesOf(hex)), packet, hex);
  }
});

Deno.test("decodePacket() reads a request of 1024 bytes, and none longer", () => {
  const longest = writeRequest("n".repeat(1015));
  assertEquals<Packet>(decodePacket(encodePacket(longest)), longest);
  assertEquals(decodePacket(encodePacket(writeRequest("n".repeat(1016)))), {
    kind: "malformed",
    opcode: 2,
    reason: "request over 1024 bytes",
  });
});

Deno.test("decodePacket() leaves a payload where it was received", () => {
  // As a driver does it: the datagram is itself a part of a larger buffer.
  const buffer = bytesOf("ee ee 00 03 00 01 'ab' ee ee");
  const packet = decodePacket(buffer.subarray(2, 8));
  assert(packet.kind === "data");
  assert(packet.payload.buffer === buffer.buffer);
  assertEquals([packet.payload.byteOffset, packet.payload.length], [6, 2]);
});

Deno.test("encodePacket() copies a payload", () => {
  const payload = Uint8Array.of(1, 2);
  const bytes = encodePacket({ kind: "data", block: 1, payload });
  payload.fill(9);
  assertEquals(bytes, bytesOf("00 03 00 01 01 02"));
});

Deno.test("encodeAckInto() writes what encodePacket() does, over anything", () => {
  const into = Uint8Array.of(9, 9, 9, 9);
  const rows = [[0, 0], [255, 255], [256, 256], [65_535, 65_535], [65_536, 0]]
    .concat([[65_537, 1], [1_000_000, 16_960], [4_294_967_297, 1]]);
  for (const [block = 0, onWire = 0] of rows) {
    const bytes = Uint8Array.of(0, 4, onWire >> 8, onWire);
    assert(encodeAckInto(block, into) === into);
    assertEquals(into, bytes);
    assertEquals(encodePacket({ kind: "ack", block }), bytes);
  }
});

Deno.test("encodePacket() throws on what no string can hold", () => {
  for (
    const packet of [
      writeRequest("a\0b"),
      writeRequest("a", { tsize: "1\0" }),
      { kind: "error", code: 0, message: "\u0100" } as const,
    ]
  ) {
    const message = "every character must be U+0001 to U+00FF";
    assertThrows(() => encodePacket(packet), RangeError, message);
  }
});

/** Rubbish, most of it behind a known opcode, much of it NULs. */
const anyBytes = fc.tuple(
  fc.constantFrom([], [0, 1], [0, 2], [0, 3], [0, 4], [0, 5], [0, 6], [0, 7]),
  fc.oneof(
    fc.uint8Array({ maxLength: 1100, size: "max" }),
    fc.array(fc.constantFrom(0x00, 0x00, 0x61, 0xff), { maxLength: 30 }),
  ),
).map(([opcode, rest]) => Uint8Array.of(...opcode, ...rest));

Deno.test("decodePacket() never throws, and encodePacket() writes all it understands", () => {
  const kinds = [undefined, "rrq", "wrq", "data", "ack", "error", "oack"];
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const packet = decodePacket(bytes);
      if (packet.kind === "malformed") return;
      // Only these six opcodes exist, so only these bytes can be understood.
      assertEquals(packet.kind, kinds[(bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)]);
      assertEquals<Packet>(decodePacket(encodePacket(packet)), packet);
    }),
    { numRuns: 2_000 },
  );
});

/** Every character the wire can carry inside a string. */
const unit = fc.integer({ min: 0x01, max: 0xff }).map((code) =>
  String.fromCharCode(code)
);
const text = fc.string({ unit, maxLength: 40 });
const uint16 = fc.integer({ min: 0, max: 0xffff });
/** An empty name is not among them: on the wire it ends the list. */
const name = fc.string({ unit, minLength: 1, maxLength: 12 });
const options = fc.array(fc.record({ name, value: text }), { maxLength: 6 });
const validPacket: fc.Arbitrary<Exclude<Packet, MalformedPacket>> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("rrq" as const, "wrq" as const),
    ...{ filename: text, mode: text, options },
  }),
  fc.record({
    kind: fc.constant("data" as const),
    block: uint16,
    payload: fc.uint8Array({ maxLength: 600 }),
  }),
  fc.record({ kind: fc.constant("ack" as const), block: uint16 }),
  fc.record({
    kind: fc.constant("error" as const),
    ...{ code: uint16, message: text },
  }),
  fc.record({ kind: fc.constant("oack" as const), options }),
);

Deno.test("decodePacket() understands every encoded packet unchanged", () => {
  fc.assert(
    fc.property(validPacket, (packet) => {
      assertEquals<Packet>(decodePacket(encodePacket(packet)), packet);
    }),
    { numRuns: 1_000 },
  );
});
