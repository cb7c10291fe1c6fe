/**
 * Whatever the bytes, `decodePacket` yields a packet; whatever the packet,
 * encoding and decoding yields the same packet.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";

/** Every character the wire can carry inside a string. */
const latin1 = fc.integer({ min: 0x01, max: 0xff }).map((code) =>
  String.fromCharCode(code)
);
const text = fc.string({ unit: latin1, maxLength: 40 });
const uint16 = fc.integer({ min: 0, max: 0xffff });
/** An empty name is not among them: on the wire it ends the list. */
const options = fc.array(
  fc.record({
    name: fc.string({ unit: latin1, minLength: 1, maxLength: 12 }),
    value: text,
  }),
  { maxLength: 6 },
);
const validPacket: fc.Arbitrary<Exclude<Packet, MalformedPacket>> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("rrq" as const, "wrq" as const),
    filename: text,
    mode: text,
    options,
  }),
  fc.record({
    kind: fc.constant("data" as const),
    block: uint16,
    payload: fc.uint8Array({ maxLength: 600 }),
  }),
  fc.record({ kind: fc.constant("ack" as const), block: uint16 }),
  fc.record({
    kind: fc.constant("error" as const),
    code: uint16,
    message: text,
  }),
  fc.record({ kind: fc.constant("oack" as const), options }),
);

/** Rubbish, most of it behind a known opcode, much of it NULs. */
const anyBytes = fc.tuple(
  fc.constantFrom([], [0, 1], [0, 2], [0, 3], [0, 4], [0, 5], [0, 6], [0, 7]),
  fc.oneof(
    fc.uint8Array({ maxLength: 1100, size: "max" }),
    fc.array(fc.constantFrom(0x00, 0x00, 0x61, 0xff), { maxLength: 30 }),
  ),
).map(([opcode, rest]) => Uint8Array.of(...opcode, ...rest));

Deno.test("decodePacket() never throws, whatever the bytes", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const { kind } = decodePacket(bytes);
      // Only these six opcodes exist, so only these bytes can be understood.
      assert(
        kind === "malformed" ||
          bytes[0] === 0 && bytes[1] === 1 && kind === "rrq" ||
          bytes[0] === 0 && bytes[1] === 2 && kind === "wrq" ||
          bytes[0] === 0 && bytes[1] === 3 && kind === "data" ||
          bytes[0] === 0 && bytes[1] === 4 && kind === "ack" ||
          bytes[0] === 0 && bytes[1] === 5 && kind === "error" ||
          bytes[0] === 0 && bytes[1] === 6 && kind === "oack",
      );
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("decodePacket() understands every encoded packet unchanged", () => {
  fc.assert(
    fc.property(validPacket, (packet) => {
      assertEquals<Packet>(decodePacket(encodePacket(packet)), packet);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("encodePacket() can write whatever was understood", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const packet = decodePacket(bytes);
      if (packet.kind === "malformed") return;
      assertEquals<Packet>(decodePacket(encodePacket(packet)), packet);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("decodePacket() never copies a payload", () => {
  fc.assert(
    fc.property(uint16, fc.uint8Array({ maxLength: 600 }), (block, payload) => {
      const bytes = encodePacket({ kind: "data", block, payload });
      const packet = decodePacket(bytes);
      assert(packet.kind === "data");
      assert(packet.payload.buffer === bytes.buffer);
    }),
  );
});
