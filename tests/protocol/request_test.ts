import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodePacket } from "../../lib/protocol/codec.ts";
import type { NegotiationLimits } from "../../lib/protocol/options.ts";
import { type Accepted, classify } from "../../lib/protocol/request.ts";
import { writeRequest } from "../peer.ts";
import { bytesOf } from "./vectors.ts";

const LIMITS: NegotiationLimits = {
  ...{ maxBlksize: 65464, maxWindowsize: 65535, ignoredOptions: [] },
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

/** What a well-formed request without options comes to. */
const ACCEPTED: Accepted = {
  ...{ kind: "accept", filename: "a.bin", mode: "octet", asked: [] },
  terms: {
    ...{ blksize: 512, windowsize: 1, timeoutMs: 1_000, tsize: undefined },
    ...{ rollover: undefined, accepted: [] },
  },
  reply: { kind: "ack", block: 0 },
};

Deno.test("classify() accepts a request without options by ACK 0", () => {
  assertEquals(classify(writeRequest("a.bin"), LIMITS), ACCEPTED);
});

Deno.test("classify() answers ACK 0 if no option is acceptable", () => {
  const request = writeRequest("a.bin", { multicast: "", blksize: "none" });
  const asked = [
    { name: "multicast", value: "" },
    { name: "blksize", value: "none" },
  ];
  assertEquals(classify(request, LIMITS), { ...ACCEPTED, asked });
});

Deno.test("classify() accepts options by an OACK", () => {
  const options = { BlkSize: "1428", multicast: "", tsize: "10" };
  const blksize = { name: "BlkSize", value: "1428" };
  const tsize = { name: "tsize", value: "10" };
  const accepted = [blksize, tsize];
  assertEquals(classify(writeRequest("a.bin", options), LIMITS), {
    ...ACCEPTED,
    asked: [blksize, { name: "multicast", value: "" }, tsize],
    terms: { ...ACCEPTED.terms, blksize: 1428, tsize: 10, accepted },
    reply: { kind: "oack", options: accepted },
  });
});

Deno.test("classify() knows two modes, by several names in any case", () => {
  const names = {
    octet: ["octet", "OCTET", "oCtEt", "binary"],
    netascii: ["netascii", "NETASCII", "NetAscii", "ascii"],
  } as const;
  for (const mode of ["octet", "netascii"] as const) {
    for (const name of names[mode]) {
      const request = writeRequest("a.bin", {}, name);
      assertEquals(classify(request, LIMITS), { ...ACCEPTED, mode }, name);
    }
  }
});

/** Also what every object has. */
const STRANGE_MODES = ["mail", "MAIL", "", "octet ", "image", "\u00f6ctet"]
  .concat("constructor", "__proto__", "toString");

Deno.test("classify() refuses any other mode by ERROR 4", () => {
  const message = "transfer mode not supported - octet and netascii only";
  for (const mode of STRANGE_MODES) {
    assertEquals(classify(writeRequest("a.bin", {}, mode), LIMITS), {
      kind: "refuse",
      reply: { kind: "error", code: 4, message },
      filename: "a.bin",
    });
  }
});

Deno.test("classify() refuses to read by ERROR 2, whatever the mode", () => {
  const message = "read request not supported - write requests only";
  for (const mode of ["octet", "mail"]) {
    const rrq = { kind: "rrq", filename: "a.bin", mode, options: [] } as const;
    assertEquals(classify(rrq, LIMITS), {
      kind: "refuse",
      reply: { kind: "error", code: 2, message },
      filename: "a.bin",
    });
  }
});

Deno.test("classify() leaves the judgement of a name to others", () => {
  const expected = { ...ACCEPTED, filename: "" };
  assertEquals(classify(writeRequest(""), LIMITS), expected);
});

Deno.test("classify() refuses a malformed request by ERROR 4", () => {
  for (const hex of ["00 02 'ab'", "00 01 'a' 00", "00 02 'a' 00 'o' 00 'b'"]) {
    assertEquals(classify(decodePacket(bytesOf(hex)), LIMITS), {
      kind: "refuse",
      reply: { kind: "error", code: 4, message: "malformed request" },
    });
  }
});

Deno.test("classify() ignores what is no request, and stubs of one", () => {
  const rows = [
    ["00 03 00 01 'a'", "no request"],
    ["00 04 00 01", "no request"],
    ["00 06 'a' 00 'b' 00", "no request"],
    ["00 05 00 00 'a' 00", "no request"],
    ["", "shorter than an opcode"],
    ["00 03", "shorter than a block number"],
    ["00 07 00 00", "unknown opcode 7"],
    // An answer would be ten times as long as what asked for it.
    ["00 02 'a'", "request under 4 bytes"],
  ] as const;
  for (const [hex, reason] of rows) {
    const verdict = classify(decodePacket(bytesOf(hex)), LIMITS);
    assertEquals(verdict, { kind: "ignore", reason }, hex);
  }
});

Deno.test("classify() never answers anything but requests", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.uint8Array({ maxLength: 40 }),
      (opcode, rest) => {
        const packet = decodePacket(Uint8Array.of(0, opcode, ...rest));
        const { kind } = classify(packet, LIMITS);
        assert(opcode === 1 || opcode === 2 || kind === "ignore");
      },
    ),
    { numRuns: 2_000 },
  );
});
