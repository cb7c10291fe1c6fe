/**
 * Watches whom the operator is told to blame: every upload that fails has a
 * diagnosis, and none accuses a side that cannot be at fault in this world.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { keyOf } from "../../lib/policy/address.ts";
import type { Event } from "../../lib/report/event.ts";
import type { Disk } from "./disk.ts";
import { isPlainName } from "./expectation.ts";
import type { FileWatch } from "./files.ts";
import type { Flow, Harm, Network } from "./network.ts";
import { type Habit, ROOMY, type Scenario } from "./scenario.ts";
import { fail } from "./violation.ts";

type Failed = Extract<Event, { kind: "failed" }>;
type Refused = Extract<Event, { kind: "refused" }>;

/**
 * Who or what can be at fault: the network, a habit of the client, or:
 *
 * - `gone`: the client, which is not there any more.
 * - `word`: the client, which says so.
 * - `slow`: the client, or the way to it.
 * - `again`: the client, or somebody in its name, who asks for something else.
 * - `boast`: the client, which announces too much.
 * - `places`, `size`, `stop`: what the operator wants.
 * - `full`, `broken`, `slow disk`: the disk.
 */
type Culprit =
  | Harm
  | Habit
  | "gone"
  | "word"
  | "slow"
  | "again"
  | "boast"
  | "places"
  | "size"
  | "stop"
  | "full"
  | "broken"
  | "slow disk";

type Guilt = Readonly<Partial<Record<Culprit, boolean>>>;

/** What is said, and who of these has to be at fault then. */
const SAYINGS: readonly (readonly [RegExp, ...Culprit[]])[] = [
  [/, so our (answers|ACKs)\b.* reach it/, "down", "late"],
  [/travel in fragments/, "large", "gone"],
  [/blocks do not reach the port .*, or it has gone/, "up", "late", "gone"],
  [/interrupted, or its link/, "up", "down", "large", "late", "gone"],
  [/waited in vain behind/, "up", "down", "large", "late"],
  [/does not know our port/, "down", "late", "twice", "gone", "again"],
  [/the way is slow, or it waits/, "slow", "up", "down", "late", "gone"],
  [/does not take what it was granted/, "refuse-oack", "word"],
  [/gave up by itself/, "word"],
  [/has begun anew/, "again"],
  [/ignores our OACK/, "deaf"],
  [/breaks RFC 1350/, "from-zero"],
  // A first block got lost, and nobody knows that it was there.
  [/another size/, "boast", "reader", "from-zero"],
  [/took our repeated answer for leave/, "reader", "from-zero"],
  // All of them can.
  [/cannot count beyond/],
  [/more requests than places/, "places"],
  [/--max-size/, "size"],
  [/when the server is back/, "stop"],
  [/our disk took/, "slow disk"],
  [/make room/, "full"],
  [/disk is broken/, "broken"],
];

/** Who repeats himself sooner than this does not wait for an answer to come. */
const PATIENT_MS = 400;
/** Of fewer tries, too few may reach an upload to tell what was wrong. */
const MANY = 5;
/** A way that takes this long is slow. */
const SLOW_WAY_MS = 20;

/** What is known of a world. */
interface Evidence {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly network: Network;
  readonly files: FileWatch;
  readonly disk: Disk;
}

/** Watches the diagnoses of one world. */
export class Blame {
  readonly #world: Evidence;

  constructor(world: Evidence) {
    this.#world = world;
  }

  /** The operator is told that an upload failed. */
  failed(event: Failed): void {
    // There the blocks are miscounted: the transfer began behind them.
    if (this.#world.scenario.skippedBlocks > 0) return;
    const { cause = "", advice = "" } = event.diagnosis;
    const said = `${cause}; ${advice}`;
    const [, ...blamed] = SAYINGS.find(([it]) => it.test(said)) ??
      fail("blame", `nobody knows what is meant by "${said}"`);
    const guilt = this.#guilt(event);
    if (blamed.some((it) => guilt[it])) return;
    // On one port, what is late counts for the upload after it.
    const isMixed = guilt.late || guilt.twice || guilt.again;
    if (this.#world.scenario.isSinglePort && isMixed) return;
    const who = `${keyOf(event.peer)}, ${event.why.kind}`;
    fail("blame", `"${said}" is said of ${who}: ${JSON.stringify(guilt)}`);
  }

  /** The operator is told that a request was refused. */
  refused({ peer, filename = "", reason }: Refused): void {
    if (this.#world.network.flowOf(keyOf(peer)) === undefined) return;
    const { disk, limits, stop } = this.#world.scenario;
    // A block that comes when its upload has ended, and nobody else's fault.
    const isStray = reason === "unknown transfer identifier";
    if (isStray && this.#world.scenario.isSinglePort) return;
    const isBadName = reason.startsWith("invalid filename");
    const isAtFault = isBadName
      ? !isPlainName(filename)
      : limits !== ROOMY || disk.faults.length > 0 || stop !== undefined;
    if (!isAtFault) fail("blame", `"${reason}" is said of ${filename}`);
  }

  #guilt(event: Failed): Guilt {
    const { disk, limits, stop } = this.#world.scenario;
    const key = keyOf(event.peer);
    const trouble = this.#world.disk.trouble.get(`${key} ${event.filename}`);
    // When the disk fails nothing else is to blame.
    if (event.trouble !== undefined) return trouble ? { [trouble]: true } : {};
    const flow = this.#world.network.flowOf(key);
    return {
      ...(flow && guiltOf(flow)),
      "slow disk": disk.writeMs > 0,
      stop: stop !== undefined,
      size: limits.maxBytes !== ROOMY.maxBytes,
      places: limits !== ROOMY,
      // Nobody knows of a client that has little time, or begins anew often.
      gone: flow === undefined || limits !== ROOMY || this.#isGone(event, flow),
    };
  }

  /** Whether the client has gone, for all that is to be seen. */
  #isGone(
    { peer, filename, seconds }: Failed,
    { harm, sender }: Flow,
  ): boolean {
    const { adapts, habit, intervalMs, tries } = sender;
    const ending = this.#world.files.endingOf(keyOf(peer), filename);
    // Who asks twice may be asked for by a late request of his own.
    if (ending === undefined) return habit === "refuse-oack";
    // Somebody asks in its name.
    if (ending === "none") return true;
    // If nothing went wrong but that it got no answers, that was to be seen.
    const isPatient = (adapts || intervalMs >= PATIENT_MS) && tries >= MANY;
    const openedAt = this.#world.clock.now() - seconds * 1_000;
    return ending.how !== "gave up" || ending.at <= openedAt || !isPatient ||
      this.#world.scenario.disk.writeMs > 0 || harm.size !== 1 ||
      !harm.has("down");
  }
}

function guiltOf({ harm, sender }: Flow): Guilt {
  const { boastBytes, copies, files, guessAfter, habit, intervalMs } = sender;
  const { quit, thinkMs } = sender;
  return {
    ...Object.fromEntries([...harm, habit].map((it) => [it, true])),
    word: quit?.withError === true,
    slow: thinkMs > 0 || sender.latencyMs >= SLOW_WAY_MS,
    // Or it asks twice, or once more before the answer can be there.
    again: files.length > 1 || guessAfter !== undefined || copies > 1 ||
      habit === "refuse-oack" || intervalMs < PATIENT_MS,
    boast: boastBytes > 0,
  };
}
