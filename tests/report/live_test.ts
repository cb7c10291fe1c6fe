import { assert, assertEquals } from "@std/assert";
import {
  foldLive,
  layoutLive,
  type TerminalSize,
  type Uploads,
} from "../../lib/report/live.ts";
import { accepted, failed, PEER, stored } from "./events.ts";

const WIDE: TerminalSize = { columns: 100, rows: 24 };

/** An upload of each port, that has sent so many bytes in ten seconds. */
function running(
  sent: Readonly<
    Record<number, readonly [name: string, size: number, bytes: number]>
  >,
): Uploads {
  const uploads: Uploads = new Map();
  for (const [port, [filename, tsize, bytes]] of Object.entries(sent)) {
    const peer = { hostname: "192.0.2.7", port: Number(port) };
    const terms = { peer, filename, tsize: tsize === 0 ? undefined : tsize };
    foldLive(uploads, { ...accepted(terms), kind: "proven" }, 0);
    for (let at = 1; at <= 10; at++) {
      const event = { kind: "progress", peer, bytes: bytes * at / 10 } as const;
      foldLive(uploads, event, at * 1_000);
    }
  }
  return uploads;
}

const THREE = running({
  1: ["core-sw1.cfg", 4_000_000, 1_000_000],
  2: ["a\x1b[2J", 0, 20_000],
  3: [`${"n".repeat(30)}.bin`, 900_000_000, 89_000_000],
});

Deno.test("layoutLive() leaves out what a narrow terminal has no room for", () => {
  const rows: readonly (readonly [columns: number, lines: string[]])[] = [
    [100, [
      '  "core-sw1.cfg"                        192.0.2.7   1.0 MB  25%  100.0 kB/s  0:30 left',
      '  "a\\x1b[2J"                            192.0.2.7  20.0 kB         2.0 kB/s',
      `  "${
        "n".repeat(30)
      }.bin"  192.0.2.7  89.0 MB   9%    8.9 MB/s  1:31 left`,
    ]],
    [70, [
      '  "core-sw1.cfg"                   1.0 MB  25%  100.0 kB/s  0:30 left',
      '  "a\\x1b[2J"                      20.0 kB         2.0 kB/s',
      `  "${"n".repeat(26)}...  89.0 MB   9%    8.9 MB/s  1:31 left`,
    ]],
    [50, [
      '  "core-sw1.cfg"          1.0 MB  25%  100.0 kB/s',
      '  "a\\x1b[2J"             20.0 kB         2.0 kB/s',
      `  "${"n".repeat(17)}...  89.0 MB   9%    8.9 MB/s`,
    ]],
    [30, [
      '  "core-sw1.cfg"          25%',
      '  "a\\x1b[2J"',
      `  "${"n".repeat(18)}...   9%`,
    ]],
    [20, [
      '  "core-sw1.cfg"',
      '  "a\\x1b[2J"',
      `  "${"n".repeat(13)}...`,
    ]],
    [19, []],
  ];
  for (const [columns, lines] of rows) {
    const all = layoutLive(THREE, { columns, rows: 24 }, 10_000);
    assertEquals(all, lines, `${columns} columns`);
  }
});

Deno.test("layoutLive() never fills a line, whatever the width", () => {
  for (let columns = 1; columns <= 120; columns++) {
    for (const line of layoutLive(THREE, { columns, rows: 24 }, 10_000)) {
      assert(line.length < columns, `${columns}: ${line}`);
    }
  }
});

Deno.test("layoutLive() folds what is too much for half of the screen", () => {
  const sent = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [i + 1, ["f", 0, 10_000]] as const),
  );
  const many = running(sent);
  const heights = [1, 4, 24, 100].map((rows) => {
    const lines = layoutLive(many, { columns: 80, rows }, 10_000);
    return [lines.length, lines.at(-1)] as const;
  });
  assertEquals(heights, [
    [1, "  12 uploads: 120.0 kB, 12.0 kB/s"],
    [2, "  and 11 more: 110.0 kB, 11.0 kB/s"],
    [10, "  and 3 more: 30.0 kB, 3.0 kB/s"],
    [10, "  and 3 more: 30.0 kB, 3.0 kB/s"],
  ]);
});

Deno.test("layoutLive() says who waits, and for how long", () => {
  const one = running({ 1: ["f", 40_000, 10_000] });
  const shownAt = (now: number) => layoutLive(one, WIDE, now);
  assertEquals(shownAt(11_999), [
    '  "f"  192.0.2.7  10.0 kB  25%  1.0 kB/s  0:30 left',
  ]);
  assertEquals(shownAt(75_000), [
    '  "f"  192.0.2.7  10.0 kB  25%  waits 1:05',
  ]);
});

Deno.test("foldLive() follows the rate as it is of late", () => {
  const uploads = running({ 1: ["f", 0, 10_000] });
  const peer = { hostname: "192.0.2.7", port: 1 };
  const rates = [11, 12, 20].map((at) => {
    const bytes = 10_000 + (at - 10) * 5_000;
    foldLive(uploads, { kind: "progress", peer, bytes }, at * 1_000);
    return Math.round([...uploads.values()][0]?.rate ?? 0);
  });
  assertEquals(rates, [2_134, 2_946, 4_857]);
});

Deno.test("foldLive() takes no rate of two blocks of one moment", () => {
  const uploads: Uploads = new Map();
  foldLive(uploads, { ...accepted(), kind: "proven" }, 0);
  foldLive(uploads, { kind: "progress", peer: PEER, bytes: 512 }, 50);
  const [upload] = uploads.values();
  assertEquals([upload?.bytes, upload?.rate], [512, undefined]);
  foldLive(uploads, { kind: "progress", peer: PEER, bytes: 1_024 }, 100);
  assertEquals([upload?.bytes, upload?.rate], [1_024, 10_240]);
});

Deno.test("foldLive() knows those that have sent a block and have not ended", () => {
  const uploads: Uploads = new Map();
  const fold = (...events: Parameters<typeof foldLive>[1][]) => {
    for (const event of events) foldLive(uploads, event, 0);
    return uploads.size;
  };
  const proven = { ...accepted(), kind: "proven" } as const;
  const progress = { kind: "progress", peer: PEER, bytes: 1 } as const;
  assertEquals(fold(accepted(), progress), 0);
  assertEquals(fold(proven, progress), 1);
  assertEquals(fold(stored(), progress), 0);
  assertEquals(fold(proven), 1);
  assertEquals(fold(failed({ kind: "silent" })), 0);
});
