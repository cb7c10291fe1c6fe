/**
 * A flood of forged datagrams and twenty real clients of another network.
 *
 * @module
 */

import { mebibytes, statsOf } from "../stress/process_stats.ts";
import { uploadAll } from "./crowd.ts";
import type { Kind } from "./forge.ts";
import { Forger } from "./forger.ts";
import {
  besiege,
  forging,
  pause,
  type Run,
  type Scenario,
  tried,
} from "./scenario.ts";

const KINDS: readonly Kind[] = ["plain", "large", "huge", "read"];
const RATES: readonly number[] = [3_000, 8_000, 12_000, 50_000];
const CLIENTS = 20;
/** Ten blocks in lock-step. */
const FILE_BYTES = 5_000;
/** Before each block, of every second client. */
const PAUSE_MS = 400;
/** The clients come when the flood has filled what can be filled. */
const HEAD_START_MS = 1_500;
/** Well below what the smallest machines have. */
export const MAX_PEAK_BYTES: number = 300 * 2 ** 20;
/** The same where the flood is of a network that is known, and so let in. */
const MAX_KNOWN_PEAK_BYTES = 350 * 2 ** 20;
/** What a log of a minute may hold and still be read. */
const MAX_LINES = 1_200;

/** A flood, and from whom it seems to come. */
interface Flood {
  readonly kind: Kind;
  readonly perSecond: number;
  /** One address, from all its ports in turn; anybody if it is left out. */
  readonly sender?: string;
  /** A client that uploads before, so that its network is known. */
  readonly guest?: string;
}

/** One flood for each kind and rate, and some of a single address. */
export const FLOODS: readonly Scenario[] = [
  ...KINDS.flatMap((kind) =>
    RATES.map((perSecond) => ({
      name: `flood/${kind}/${perSecond}`,
      what: `${perSecond} forged requests a second (${kind}), 20 real clients`,
      run: floodOf({ kind, perSecond }),
    }))
  ),
  ...RATES.flatMap((perSecond) => [
    {
      name: `one-sender/${perSecond}`,
      what: "the same, each port of one address again and again",
      run: floodOf({ kind: "large", perSecond, sender: "127.9.9.9" }),
    },
    {
      name: `known-network/${perSecond}`,
      what: "the same, of a network that uploads",
      run: floodOf({
        ...{ kind: "large", perSecond, sender: "127.0.9.9" },
        guest: "127.0.9.2",
      }),
    },
  ]),
];

function floodOf({ kind, perSecond, sender, guest }: Flood): Run {
  return forging(besiege([], async ({ server, directory, seconds, see }) => {
    const { port, pid } = server;
    const crowd = { port, directory, bytes: FILE_BYTES, count: 1 };
    if (guest !== undefined) {
      const hostname = () => guest;
      await uploadAll({ ...crowd, prefix: "guest", hostname });
    }
    await using forger = await Forger.start(port, {
      ...{ kind, perSecond, seconds },
      ...(sender === undefined ? {} : { sender }),
    });
    await pause(HEAD_START_MS);
    const { stored, failures } = await uploadAll({
      ...{ ...crowd, count: CLIENTS, prefix: "real" },
      beforeBlock: ({ index }) => pause(index % 2 * PAUSE_MS),
    });
    const sent = await forger.sent();
    const late = await uploadAll({ ...crowd, prefix: "late" });
    const { peakBytes = 0 } = await statsOf(pid) ?? {};
    const peak = `peak of memory ${mebibytes(peakBytes)}`;
    const isKnown = guest !== undefined;
    const maxPeakBytes = isKnown ? MAX_KNOWN_PEAK_BYTES : MAX_PEAK_BYTES;
    const lines = server.lines.length;
    see(
      `${sent} sent; ${stored} of ${CLIENTS} stored; ${peak}; ${lines} lines`,
    );
    return tried(
      ...[...failures, ...late.failures],
      peakBytes > maxPeakBytes && peak,
      lines > MAX_LINES * Math.ceil(seconds / 60) && `${lines} lines`,
    );
  }));
}
