import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeNetascii,
  encodeNetascii,
  lonelyCr,
} from "../../lib/protocol/netascii.ts";

Deno.test("encodeNetascii() encodes line ends, and nothing else", () => {
  const rows: ReadonlyArray<readonly [text: string, wire: string]> = [
    ["", ""],
    ["a\nb", "a\r\nb"],
    ["\n\n", "\r\n\r\n"],
    ["a\rb", "a\r\0b"],
    ["a\r\nb", "a\r\0\r\nb"],
    ["\0\x7f\t", "\0\x7f\t"],
    ["end\r", "end\r\0"],
  ];
  for (const [text, wire] of rows) {
    assertEquals(
      encodeNetascii(bytes(text)),
      bytes(wire),
      JSON.stringify(text),
    );
  }
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What parts of a text are together, its end included. */
function decodeAll(parts: readonly Uint8Array[]): number[] {
  const all: number[] = [];
  let isCrWaiting = false;
  for (const part of parts) {
    const decoded = decodeNetascii(part, isCrWaiting);
    all.push(...decoded.text);
    isCrWaiting = decoded.isCrWaiting;
  }
  if (isCrWaiting) all.push(...lonelyCr());
  return all;
}

const VECTORS: readonly (readonly [wire: string, text: string])[] = [
  ["", ""],
  ["plain\0text", "plain\0text"],
  ["a\r\nb\r\n", "a\nb\n"],
  ["a\r\0b", "a\rb"],
  ["a\rb", "a\rb"],
  ["\r\r\n", "\r\n"],
  ["\r\r\0", "\r\r"],
  ["\r\r\r", "\r\r\r"],
  ["\r\n\n\0", "\n\n\0"],
  ["\r\0\0\n", "\r\0\n"],
  ["\n", "\n"],
  ["end\r", "end\r"],
  ["\xe9\r\n\xff", "\xe9\n\xff"],
];

Deno.test("decodeNetascii() decodes a text, wherever it is cut", () => {
  for (const [wire, text] of VECTORS) {
    const whole = bytes(wire);
    const expected = [...bytes(text)];
    for (let i = 0; i <= whole.length; i++) {
      for (let j = i; j <= whole.length; j++) {
        const cut = [[0, i], [i, j], [j, whole.length]] as const;
        const parts = cut.map(([from, to]) => whole.subarray(from, to));
        const row = JSON.stringify([wire, i, j]);
        assertEquals(decodeAll(parts), expected, row);
      }
    }
  }
});

Deno.test("decodeNetascii() holds a CR back at the end of a part, and copies nothing without one", () => {
  let isCrWaiting = false;
  const wire = bytes("no line ends\n");
  assert(decodeNetascii(wire, isCrWaiting).text === wire);
  const decoded = decodeNetascii(bytes("ab\r"), isCrWaiting);
  isCrWaiting = true;
  assertEquals(decoded, { text: bytes("ab"), isCrWaiting });
});

Deno.test("decodeNetascii() undoes encodeNetascii(), byte for byte", () => {
  const anyText = fc.array(
    fc.oneof(fc.constantFrom(0x0d, 0x0a, 0x00), fc.nat(255)),
    { maxLength: 60 },
  ).map((it) => Uint8Array.from(it));
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 9 }), (text, size) => {
      const wire = encodeNetascii(text);
      const parts: Uint8Array[] = [];
      for (let i = 0; i < wire.length; i += size) {
        parts.push(wire.subarray(i, i + size));
      }
      assertEquals(decodeAll(parts), [...text]);
    }),
  );
});
