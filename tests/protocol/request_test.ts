import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodePacket } from "../../lib/protocol/codec.ts";
import type { NegotiationLimits } from "../../lib/protocol/options.ts";
import type { Packet, RequestPacket } from "../../lib/protocol/packet.ts";
import { classify, type Verdict } from "../../lib/protocol/request.ts";
import { bytesOf } from "./vectors.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: 65464,
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

const WRQ: RequestPacket = {
  kind: "wrq",
  filename: "a.bin",
  mode: "octet",
  options: [],
};

/** What a well-formed request without options comes to. */
const ACCEPTED: Verdict = {
  kind: "accept",
  filename: "a.bin",
  mode: "octet",
  terms: {
    blksize: 512,
    windowsize: 1,
    timeoutMs: 1_000,
    tsize: undefined,
    accepted: [],
  },
  reply: { kind: "ack", block: 0 },
};

Deno.test("classify() accepts a request without options by ACK 0", () => {
  assertEquals(classify(WRQ, LIMITS), ACCEPTED);
});

Deno.test("classify() accepts options by an OACK", () => {
  const options = [
    { name: "BlkSize", value: "1428" },
    { name: "multicast", value: "" },
    { name: "tsize", value: "10" },
  ];
  const accepted = [
    { name: "BlkSize", value: "1428" },
    { name: "tsize", value: "10" },
  ];
  assertEquals(classify({ ...WRQ, options }, LIMITS), {
    ...ACCEPTED,
    terms: {
      blksize: 1428,
      windowsize: 1,
      timeoutMs: 1_000,
      tsize: 10,
      accepted,
    },
    reply: { kind: "oack", options: accepted },
  });
});

Deno.test("classify() answers ACK 0 if no option is acceptable (row 36)", () => {
  const options = [
    { name: "multicast", value: "" },
    { name: "blksize", value: "none" },
  ];
  assertEquals(classify({ ...WRQ, options }, LIMITS), ACCEPTED);
});

for (const mode of ["octet", "OCTET", "oCtEt"]) {
  Deno.test(`classify() accepts mode "${mode}" as octet (row 31)`, () => {
    assertEquals(classify({ ...WRQ, mode }, LIMITS), ACCEPTED);
  });
}

for (const mode of ["netascii", "NETASCII", "NetAscii"]) {
  Deno.test(`classify() accepts mode "${mode}" as netascii (row 31)`, () => {
    assertEquals(classify({ ...WRQ, mode }, LIMITS), {
      ...ACCEPTED,
      mode: "netascii",
    });
  });
}

for (const [alias, mode] of [["binary", "octet"], ["ascii", "netascii"]]) {
  Deno.test(`classify() accepts mode "${alias}" as ${mode} (row 31)`, () => {
    assertEquals<unknown>(classify({ ...WRQ, mode: `${alias}` }, LIMITS), {
      ...ACCEPTED,
      mode,
    });
  });
}

/** Also what every object has. */
const STRANGE_MODES = ["mail", "MAIL", "", "octet ", "image", "\u00f6ctet"]
  .concat("constructor", "__proto__", "toString");

for (const mode of STRANGE_MODES) {
  Deno.test(`classify() refuses mode "${mode}" by ERROR 4 (row 31)`, () => {
    assertEquals(classify({ ...WRQ, mode }, LIMITS), {
      kind: "refuse",
      reply: {
        kind: "error",
        code: 4,
        message: "transfer mode not supported - octet and netascii only",
      },
      filename: "a.bin",
    });
  });
}

for (const mode of ["octet", "mail"]) {
  Deno.test(`classify() refuses to read in mode "${mode}" by ERROR 2 (row 52)`, () => {
    assertEquals(classify({ ...WRQ, kind: "rrq", mode }, LIMITS), {
      kind: "refuse",
      reply: {
        kind: "error",
        code: 2,
        message: "read request not supported - write requests only",
      },
      filename: "a.bin",
    });
  });
}

Deno.test("classify() leaves the judgement of a name to others (row 48)", () => {
  assertEquals(classify({ ...WRQ, filename: "" }, LIMITS), {
    ...ACCEPTED,
    filename: "",
  });
});

/** Datagrams as they come, and what becomes of them. */
const MALFORMED: ReadonlyArray<readonly [what: string, hex: string]> = [
  ["a WRQ without an end of its name (row 45)", "00 02 61 62"],
  ["a WRQ without a mode (row 45)", "00 02 61 00"],
  ["a WRQ without an end of its mode (row 45)", "00 02 61 00 6f 63"],
  [
    "a WRQ without an end of its options (row 45)",
    "00 02 61 00 6f 00 62 00 31",
  ],
  ["an RRQ without a mode (row 45)", "00 01 61 00"],
  ["a WRQ of 1025 bytes (row 49)", `00 02${" 61".repeat(1021)} 00 6f`],
];

for (const [what, hex] of MALFORMED) {
  Deno.test(`classify() refuses by ERROR 4 ${what}`, () => {
    assertEquals(classify(decodePacket(bytesOf(hex)), LIMITS), {
      kind: "refuse",
      reply: { kind: "error", code: 4, message: "malformed request" },
    });
  });
}

for (const padding of ["00", "00 00 00", "00 ff 00 31 00", "62 00"]) {
  Deno.test(`classify() accepts a request padded by ${padding} (rows 46, 47)`, () => {
    const hex = `00 02 61 2e 62 69 6e 00 6f 63 74 65 74 00 ${padding}`;
    assertEquals(classify(decodePacket(bytesOf(hex)), LIMITS), ACCEPTED);
  });
}

Deno.test("classify() accepts a request of 1024 bytes (row 49)", () => {
  const hex = `00 02${" 61".repeat(1015)} 00 6f 63 74 65 74 00`;
  assertEquals(classify(decodePacket(bytesOf(hex)), LIMITS), {
    ...ACCEPTED,
    filename: "a".repeat(1015),
  });
});

const IGNORED: ReadonlyArray<
  readonly [what: string, hex: string, reason: string]
> = [
  ["a DATA (row 16)", "00 03 00 01 61", "no request"],
  ["an ACK (row 16)", "00 04 00 01", "no request"],
  ["an OACK (row 16)", "00 06 61 00 62 00", "no request"],
  ["an ERROR (row 16)", "00 05 00 00 61 00", "no request"],
  ["an empty datagram (row 25)", "", "shorter than an opcode"],
  ["a single byte (row 25)", "02", "shorter than an opcode"],
  ["a DATA of 2 bytes (row 25)", "00 03", "shorter than a block number"],
  ["an ERROR of 3 bytes (row 25)", "00 05 00", "shorter than an error code"],
  ["an OACK without an end", "00 06 61 00 62", "no end of option"],
  ["opcode 0 (row 51)", "00 00 00 00", "unknown opcode 0"],
  ["opcode 7 (row 51)", "00 07 00 00", "unknown opcode 7"],
  ["opcode 65535 (row 51)", "ff ff 00 00", "unknown opcode 65535"],
];

for (const [what, hex, reason] of IGNORED) {
  Deno.test(`classify() ignores ${what}`, () => {
    assertEquals(classify(decodePacket(bytesOf(hex)), LIMITS), {
      kind: "ignore",
      reason,
    });
  });
}

// An answer would be ten times as long as what asked for it.
for (const hex of ["00 02", "00 01", "00 02 61", "00 02 00"]) {
  Deno.test(`classify() ignores a request as short as ${hex} (row 25)`, () => {
    assertEquals(
      classify(decodePacket(bytesOf(hex)), LIMITS).kind,
      "ignore",
    );
  });
}

Deno.test("classify() never answers anything but requests (row 16)", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.uint8Array({ maxLength: 40 }),
      (opcode, rest) => {
        const packet: Packet = decodePacket(Uint8Array.of(0, opcode, ...rest));
        const isRequest = opcode === 1 || opcode === 2;
        const { kind } = classify(packet, LIMITS);
        assert(isRequest || kind === "ignore");
      },
    ),
    { numRuns: 2_000 },
  );
});
