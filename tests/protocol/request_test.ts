import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodePacket } from "../../lib/protocol/codec.ts";
import type { NegotiationLimits } from "../../lib/protocol/options.ts";
import type { Packet, RequestPacket } from "../../lib/protocol/packet.ts";
import { type Accepted, classify } from "../../lib/protocol/request.ts";
import { optionsOf } from "./story.ts";
import { bytesOf } from "./vectors.ts";

const LIMITS: NegotiationLimits = {
  ...{ maxBlksize: 65464, maxWindowsize: 65535, ignoredOptions: [] },
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

const WRITE: RequestPacket = {
  ...{ kind: "wrq", filename: "a.bin", mode: "octet", options: [] },
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

Deno.test("classify() accepts a request by ACK 0, or what it grants by an OACK", () => {
  const accepted = optionsOf("BlkSize=1428 tsize=10");
  const rows: Readonly<
    Record<string, readonly [asked: string, Partial<Accepted>]>
  > = {
    "without options": ["", {}],
    "no option is acceptable": ["multicast= blksize=none", {}],
    "some are": ["BlkSize=1428 multicast= tsize=10", {
      terms: { ...ACCEPTED.terms, blksize: 1428, tsize: 10, accepted },
      reply: { kind: "oack", options: accepted },
    }],
  };
  for (const [what, [text, rest]] of Object.entries(rows)) {
    const asked = optionsOf(text);
    const request = { ...WRITE, options: asked };
    const expected = { ...ACCEPTED, asked, ...rest };
    assertEquals(classify(request, LIMITS), expected, what);
  }
  // The judgement of a name is left to others.
  const expected = { ...ACCEPTED, filename: "" };
  assertEquals(classify({ ...WRITE, filename: "" }, LIMITS), expected);
});

Deno.test("classify() knows two modes, by several names in any case", () => {
  const names = {
    octet: ["octet", "OCTET", "oCtEt", "binary"],
    netascii: ["netascii", "NETASCII", "NetAscii", "ascii"],
  } as const;
  for (const mode of ["octet", "netascii"] as const) {
    for (const name of names[mode]) {
      const verdict = classify({ ...WRITE, mode: name }, LIMITS);
      assertEquals(verdict, { ...ACCEPTED, mode }, name);
    }
  }
});

/** Also what every object has. */
const STRANGE_MODES = ["mail", "MAIL", "", "octet ", "image", "\u00f6ctet"]
  .concat("constructor", "__proto__", "toString");
const MALFORMED = ["00 02 'ab'", "00 01 'a' 00", "00 02 'a' 00 'o' 00 'b'"];

Deno.test("classify() refuses other modes and malformed requests by ERROR 4, and to read by ERROR 2", () => {
  const noMode = "transfer mode not supported - octet and netascii only";
  const noRead = "read request not supported - write requests only";
  const filename = WRITE.filename;
  const rows: ReadonlyArray<
    readonly [
      Packet,
      code: number,
      message: string,
      rest: { filename?: string },
    ]
  > = [
    ...STRANGE_MODES.map((mode) =>
      [{ ...WRITE, mode }, 4, noMode, { filename }] as const
    ),
    ...["octet", "mail"].map((mode) =>
      [{ ...WRITE, kind: "rrq", mode }, 2, noRead, { filename }] as const
    ),
    ...MALFORMED.map((hex) =>
      [decodePacket(bytesOf(hex)), 4, "malformed request", {}] as const
    ),
  ];
  for (const [packet, code, message, rest] of rows) {
    const reply = { kind: "error", code, message } as const;
    const expected = { kind: "refuse", reply, ...rest } as const;
    assertEquals(classify(packet, LIMITS), expected, JSON.stringify(packet));
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
