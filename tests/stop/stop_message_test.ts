import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  decodeStop,
  encodeStop,
  type StopMessage,
} from "../../lib/protocol/stop_message.ts";

const CLIENT = new Uint8Array(16).fill(0xc1);
const RUN = new Uint8Array(16).fill(0x5e);
const PROOF = new Uint8Array(32).fill(0x77);

const MESSAGES: readonly StopMessage[] = [
  { kind: "hello", client: CLIENT },
  { kind: "challenge", client: CLIENT, run: RUN },
  { kind: "stop", client: CLIENT, run: RUN, sentAt: 1_795_389_913_462 },
  {
    kind: "status",
    client: CLIENT,
    run: RUN,
    uploads: 70_000,
    isStopped: false,
  },
  { kind: "status", client: CLIENT, run: RUN, uploads: 0, isStopped: true },
];

function withProof(message: StopMessage): Uint8Array {
  const isProven = message.kind === "stop" || message.kind === "status";
  return Uint8Array.from([
    ...encodeStop(message),
    ...(isProven ? PROOF : []),
  ]);
}

for (const message of MESSAGES) {
  const bytes = withProof(message);

  Deno.test(`decodeStop() understands an encoded ${message.kind}`, () => {
    assertEquals(decodeStop(bytes)?.message, message);
  });

  Deno.test(`decodeStop() wants a ${message.kind} whole and no more`, () => {
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(decodeStop(bytes.subarray(0, length)), undefined);
    }
    assertEquals(decodeStop(Uint8Array.from([...bytes, 0])), undefined);
  });
}

Deno.test("decodeStop() separates what is signed from its proof", () => {
  const stop = { kind: "stop", client: CLIENT, run: RUN, sentAt: 1 } as const;
  const decoded = decodeStop(withProof(stop));
  assertEquals(decoded?.signed, encodeStop(stop));
  assertEquals(decoded?.proof, PROOF);
});

Deno.test("a challenge is not longer than the hello it answers", () => {
  assertLessOrEqual(
    encodeStop({ kind: "challenge", client: CLIENT, run: RUN }).length,
    encodeStop({ kind: "hello", client: CLIENT }).length,
  );
});

Deno.test("decodeStop() takes no TFTP packet for its own and never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
    const tftp = Uint8Array.from([0, bytes[0] ?? 0, ...bytes]);
    assertEquals(decodeStop(tftp), undefined);
    decodeStop(Uint8Array.from([0x77, 0x6f, ...bytes]));
  }));
});
