import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  decodeStop,
  encodeStop,
  type StopMessage,
} from "../../lib/protocol/stop_message.ts";

const NONCES = {
  client: new Uint8Array(16).fill(0xc1),
  run: new Uint8Array(16).fill(0x5e),
};
const PROOF = new Uint8Array(32).fill(0x77);

const MESSAGES: readonly StopMessage[] = [
  { kind: "hello", client: NONCES.client },
  { kind: "challenge", ...NONCES },
  { kind: "stop", ...NONCES, sentAt: 1_795_389_913_462 },
  { kind: "status", ...NONCES, uploads: 70_000, isStopped: false },
  { kind: "status", ...NONCES, uploads: 0, isStopped: true },
];

/** A message as it is sent. */
function wireOf(message: StopMessage): Uint8Array {
  const isProven = message.kind === "stop" || message.kind === "status";
  const proof = isProven ? PROOF : [];
  return Uint8Array.of(...encodeStop(message), ...proof);
}

Deno.test("decodeStop() understands every encoded message, whole and no more", () => {
  for (const message of MESSAGES) {
    const bytes = wireOf(message);
    assertEquals(decodeStop(bytes)?.message, message);
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(decodeStop(bytes.subarray(0, length)), undefined);
    }
    assertEquals(decodeStop(Uint8Array.of(...bytes, 0)), undefined);
  }
});

Deno.test("decodeStop() separates what is signed from its proof", () => {
  const stop = { kind: "stop", ...NONCES, sentAt: 1 } as const;
  const decoded = decodeStop(wireOf(stop));
  assertEquals(decoded?.signed, encodeStop(stop));
  assertEquals(decoded?.proof, PROOF);
});

Deno.test("encodeStop() makes no challenge longer than the hello it answers", () => {
  const [hello, challenge] = MESSAGES.map((it) => encodeStop(it).length);
  assertLessOrEqual(challenge ?? 0, hello ?? 0);
});

Deno.test("decodeStop() takes no TFTP packet for its own and never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
    const tftp = Uint8Array.of(0, bytes[0] ?? 0, ...bytes);
    assertEquals(decodeStop(tftp), undefined);
    decodeStop(Uint8Array.of(0x77, 0x6f, ...bytes));
  }));
});

Deno.test("decodeStop() knows four kinds, behind one opcode", () => {
  const bytes = wireOf({ kind: "hello", client: NONCES.client });
  for (const kind of [0, 5, 255]) {
    assertEquals(decodeStop(bytes.with(2, kind)), undefined);
  }
  assertEquals(decodeStop(bytes.with(1, 0x6e)), undefined);
});
