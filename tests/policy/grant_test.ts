import { assertEquals } from "@std/assert";
import {
  limitsFor,
  type NegotiationRules,
  offerTo,
} from "../../lib/policy/grant.ts";
import { writeRequest } from "../peer.ts";

const RULES: NegotiationRules = {
  ...{ maxBlksize: 65_464, maxWindowsize: 16, ignoredOptions: ["tsize"] },
  ...{ receiveBufferBytes: 212_992, timeoutMs: 1_000 },
};
const IS_AMPLE = true;
const IS_SHORT = false;

Deno.test("limitsFor() grants what the operator does", () => {
  assertEquals(limitsFor(RULES, "10.0.0.1", IS_AMPLE), RULES);
});

Deno.test("limitsFor() fits blocks to the frame, and to the memory", () => {
  const rows = [
    ["mtu", "10.0.0.1", IS_AMPLE, 1_468],
    ["mtu", "::ffff:10.0.0.1", IS_AMPLE, 1_468],
    ["mtu", "2001:db8::1", IS_AMPLE, 1_448],
    ["mtu", "10.0.0.1", IS_SHORT, 1_428],
    ["mtu", "2001:db8::1", IS_SHORT, 1_428],
    [8_192, "2001:db8::1", IS_AMPLE, 8_192],
    [8_192, "10.0.0.1", IS_SHORT, 1_428],
    [512, "10.0.0.1", IS_SHORT, 512],
  ] as const;
  for (const [maxBlksize, hostname, isAmple, expected] of rows) {
    const limits = limitsFor({ ...RULES, maxBlksize }, hostname, isAmple);
    assertEquals(limits, { ...RULES, maxBlksize: expected }, hostname);
  }
});

Deno.test("offerTo() cuts blocks back to what got through", () => {
  const limits = limitsFor(RULES, "10.0.0.1", IS_AMPLE);
  const rows = [
    ["8192", undefined, 8_192, false],
    ["8192", 1_400, 1_400, true],
    ["1400", 1_400, 1_400, false],
    ["1024", 1_400, 1_024, false],
    ["1024", 512, 512, true],
    [undefined, 512, 512, false],
  ] as const;
  for (const [blksize, learned, granted, isCutBack] of rows) {
    const request = writeRequest("f", blksize === undefined ? {} : { blksize });
    const offer = offerTo(request, limits, learned);
    const { verdict } = offer;
    const is = verdict.kind === "accept" && verdict.terms.blksize;
    assertEquals([is, offer.isCutBack], [granted, isCutBack], `${blksize}`);
  }
});

Deno.test("offerTo() refuses and ignores as ever", () => {
  const limits = limitsFor(RULES, "10.0.0.1", IS_AMPLE);
  assertEquals(offerTo({ kind: "ack", block: 0 }, limits, 512), {
    verdict: { kind: "ignore", reason: "no request" },
    isCutBack: false,
  });
});
