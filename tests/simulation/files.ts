/**
 * Watches the files of one world, and knows what has to be visible when.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { isSameBytes } from "../../lib/protocol/bytes.ts";
import { type Disk, oldContent, type SimulatedPart } from "./disk.ts";
import { isSure } from "./expectation.ts";
import type { Scenario, SenderPlan } from "./scenario.ts";
import type { Sender } from "./sender.ts";
import type { Trace } from "./trace.ts";
import { fail } from "./violation.ts";

/** How the sending of a file ended, as its sender sees it. */
export type Ending =
  | "saved"
  | "refused"
  | "failed"
  | "gave up"
  | "quit"
  /** It believes to be done, but has lost its place in the file. */
  | "misled";

/** A file that somebody sends. */
interface Claim {
  /** The sender's address and port. */
  readonly owner: string;
  readonly plan: SenderPlan;
  readonly name: string;
  readonly data: Uint8Array;
  /** What it is to have at least, if that was announced. */
  readonly announcedBytes: number;
  /** What came as block 1, and whether something else came as that as well. */
  first: Uint8Array | undefined;
  isNoticed: boolean;
  isLastBlockSent: boolean;
  isPublished: boolean;
  /** How it ended for its sender, once it has. */
  ending: { readonly how: Ending; readonly at: number } | undefined;
}

/** Watches the files. */
export class FileWatch {
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #trace: Trace | undefined;
  readonly #claims: Claim[] = [];
  readonly #published = new Set<SimulatedPart>();
  /** What is to be visible now. */
  readonly #expected: Map<string, Uint8Array>;

  constructor(scenario: Scenario, clock: Clock, trace: Trace | undefined) {
    this.#clock = clock;
    this.#scenario = scenario;
    this.#trace = trace;
    const { oldNames } = scenario.disk;
    this.#expected = new Map(oldNames.map((it) => [it, oldContent(it)]));
  }

  /** How many files senders began to send, and how many were published. */
  get counts(): { begun: number; stored: number } {
    return { begun: this.#claims.length, stored: this.#published.size };
  }

  /** A sender begins to send a file. */
  began({ address, plan }: Sender, name: string, data: Uint8Array): void {
    const { boastBytes, tsize } = plan;
    this.#claims.push({
      ...{ owner: address.key, name, data, plan },
      announcedBytes: tsize ? data.length + boastBytes : 0,
      ...{ isLastBlockSent: false, isPublished: false, isNoticed: false },
      ...{ first: undefined, ending: undefined },
    });
  }

  /**
   * Block 1 of an upload arrives. Who reads on at every OACK sends several, and if
   * he has announced nothing and all but one of them are lost, nobody can know.
   */
  arrived({ name, owner }: SimulatedPart, payload: Uint8Array): void {
    const claim = this.#claimOf(owner, name);
    if (claim === undefined || claim.plan.habit !== "reader") return;
    // By then it is too late to notice anything.
    if (claim.isPublished) return;
    claim.first ??= payload.slice();
    if (!isSameBytes(payload, claim.first)) claim.isNoticed = true;
  }

  /** It sends the last block of a file. */
  sentLastBlock({ address }: Sender, name: string): void {
    const claim = this.#claimOf(address.key, name);
    if (claim !== undefined) claim.isLastBlockSent = true;
  }

  /** It is done with a file, one way or another. */
  ended({ address, plan }: Sender, name: string, ending: Ending): void {
    this.#trace?.(`* ${address.key} ends with ${name}: ${ending}`);
    const claim = this.#claimOf(address.key, name);
    if (claim !== undefined) {
      claim.ending = { how: ending, at: this.#clock.now() };
    }
    if (ending === "saved") {
      if (claim?.isPublished) return;
      fail("promise", `${address.key} believes that ${name} is saved`);
    } else if (isSure(plan, this.#scenario)) {
      fail("progress", `${address.key} could not send ${name}: ${ending}`);
    }
  }

  /** What became of the latest file of a name for its sender. */
  endingOf(owner: string, name: string): Claim["ending"] | "none" {
    const claim = this.#claimOf(owner, name);
    return claim === undefined ? "none" : claim.ending;
  }

  /** A file gets its name. */
  published(part: SimulatedPart, content: Uint8Array): void {
    const { name, owner } = part;
    this.#trace?.(`* ${owner} has ${name} published`);
    const claim = this.#claimOf(owner, name);
    const { length } = content;
    const isSame = isSameBytes(content, claim?.data);
    if (claim === undefined || !isSame && !isBeyondNotice(claim)) {
      fail("content", `${name} of ${owner} has ${length} bytes, others`);
    }
    if (length < claim.announcedBytes) fail("short", `${name} of ${owner}`);
    if (!claim.isLastBlockSent) fail("early", `${name} of ${owner}`);
    if (this.#published.has(part)) fail("twice", `${name} of ${owner}`);
    this.#published.add(part);
    claim.isPublished = true;
    this.#expected.set(name, content);
  }

  /** A block, counted from 1, is acknowledged. */
  acknowledged(part: SimulatedPart, block: number): void {
    const { name, order, owner, taken } = part;
    const { blksize } = order.accepted.terms;
    if (taken >= block * blksize || this.#published.has(part)) return;
    const size = this.#claimOf(owner, name)?.data.length ?? 0;
    if (block === Math.floor(size / blksize) + 1) {
      fail("promise", `the last ACK is sent, ${name} is not saved`);
    }
    fail("order", `block ${block} of ${name} is not taken yet`);
  }

  /** An ERROR is sent. */
  denied(part: SimulatedPart): void {
    if (this.#published.has(part)) fail("denied", `${part.name} is saved`);
  }

  /** The operator is told that a file is saved. */
  toldStored(owner: string, name: string, bytes: number): void {
    const claim = this.#claimOf(owner, name);
    if (claim?.isPublished && claim.data.length === bytes) return;
    if (claim !== undefined && isBeyondNotice(claim)) return;
    fail("news", `${bytes} bytes of ${name} of ${owner} are said to be saved`);
  }

  /** Whatever happened, only published files may be there, as they were sent. */
  check({ files }: Disk): void {
    for (const name of new Set([...files.keys(), ...this.#expected.keys()])) {
      const is = files.get(name);
      const expected = this.#expected.get(name);
      if (is === expected || is && isSameBytes(is, expected)) continue;
      fail("damage", `${name} is not what was published`);
    }
  }

  #claimOf(owner: string, name: string): Claim | undefined {
    return this.#claims.findLast((it) =>
      it.owner === owner && it.name === name
    );
  }
}

function isBeyondNotice({ isNoticed, plan: { habit, tsize } }: Claim): boolean {
  return habit === "reader" && !tsize && !isNoticed;
}
