import { assertEquals } from "@std/assert";
import type { Negotiated } from "../../lib/protocol/options.ts";
import { announcedBytes, settleTerms } from "../../lib/protocol/terms.ts";

const LIMITS = { idleMs: 5_000, durationMs: 600_000, maxBytes: 5_000 };
const PLAIN: Negotiated = {
  ...{ blksize: 512, windowsize: 1, timeoutMs: 1_000, tsize: 70 },
  ...{ rollover: undefined, accepted: [] },
};

function settle(terms: Partial<Negotiated>, limits = {}) {
  const accepted = { mode: "octet", terms: { ...PLAIN, ...terms } } as const;
  return settleTerms(accepted, { ...LIMITS, ...limits });
}

Deno.test("settleTerms() joins what was negotiated and what is granted", () => {
  assertEquals(settle({}), {
    ...{ blksize: 512, windowsize: 1, timeoutMs: 1_000, minTimeoutMs: 200 },
    ...{ rollover: undefined, announcedBytes: 70, ...LIMITS },
  });
});

Deno.test("settleTerms() lets the timeout follow round trips unless one is asked for", () => {
  assertEquals(settle({ windowsize: 4 }).minTimeoutMs, 30);
  const accepted = [{ name: "TimeOut", value: "2" }];
  for (const windowsize of [1, 4]) {
    const asked = settle({ windowsize, timeoutMs: 2_000, accepted });
    assertEquals(asked.minTimeoutMs, 2_000);
  }
});

Deno.test("settleTerms() lets a client's timeout lengthen the default only", () => {
  const rows = [
    [undefined, 6, 78_000],
    [undefined, 255, 825_000],
    [3_000, 6, 3_000],
    [60_000, 255, 60_000],
  ] as const;
  for (const [idleMs, seconds, expected] of rows) {
    const accepted = [{ name: "timeout", value: `${seconds}` }];
    const asked = { timeoutMs: seconds * 1_000, accepted };
    assertEquals(settle(asked, { idleMs }).idleMs, expected);
  }
  assertEquals(settle({}, { idleMs: undefined }).idleMs, 60_000);
});

Deno.test("announcedBytes() trusts a size above 0 of what is no text", () => {
  const rows = [
    ["octet", 70, 70],
    ["octet", 0, undefined],
    ["octet", undefined, undefined],
    ["netascii", 70, undefined],
  ] as const;
  for (const [mode, tsize, expected] of rows) {
    assertEquals(
      announcedBytes({ mode, terms: { ...PLAIN, tsize } }),
      expected,
      `${mode} ${tsize}`,
    );
  }
});
