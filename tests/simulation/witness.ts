/**
 * Watches the files of one world, and knows what has to be visible when.
 *
 * @module
 */

import { isSameBytes } from "../../lib/protocol/bytes.ts";
import type { ErrorPacket } from "../../lib/protocol/packet.ts";
import type { Failure, Reply } from "../../lib/protocol/transfer_state.ts";
import type { Clock } from "./clock.ts";
import { type Disk, oldContent, type Part } from "./disk.ts";
import { isSure } from "./expectation.ts";
import { Manners } from "./manners.ts";
import type { FilePlan, Scenario } from "./scenario.ts";
import type { Ending, Sender, SenderEvents } from "./sender.ts";
import type { SessionModel } from "./session_model.ts";
import type { Trace } from "./trace.ts";
import { fail } from "./violation.ts";

/** How many uploads ended how. */
export interface Counts {
  /** Files that senders began to send. */
  begun: number;
  /** Uploads that were published. */
  stored: number;
  /** Requests that were refused. */
  refused: number;
  /** Uploads that were given up. */
  failed: number;
}

/** A file that somebody sends. */
interface Claim {
  /** The sender's address and port. */
  readonly owner: string;
  readonly name: string;
  readonly data: Uint8Array;
  lastBlockSent: boolean;
  published: boolean;
}

/** Watches one world. */
export class Witness implements SenderEvents {
  /** How many uploads ended how. */
  readonly counts: Counts = { begun: 0, stored: 0, refused: 0, failed: 0 };
  /** What senders and files came to; equal worlds have equal ones. */
  readonly chronicle: string[] = [];
  /** Who watches the packets. */
  readonly manners: Manners;
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #trace: Trace | undefined;
  readonly #claims: Claim[] = [];
  readonly #published = new Set<Part>();
  /** What is to be visible now. */
  readonly #expected = new Map<string, Uint8Array>();
  #disk: Disk | undefined;

  /** Watches from the beginning. */
  constructor(scenario: Scenario, clock: Clock, trace: Trace | undefined) {
    this.manners = new Manners(clock, scenario.limits);
    this.#scenario = scenario;
    this.#clock = clock;
    this.#trace = trace;
    for (const name of scenario.disk.oldNames) {
      this.#expected.set(name, oldContent(name));
    }
  }

  /** Says which disk to look at. */
  watch(disk: Disk): void {
    this.#disk = disk;
  }

  began({ address }: Sender, { name }: FilePlan, data: Uint8Array): void {
    this.counts.begun++;
    const owner = address.key;
    const claim = { owner, name, data, lastBlockSent: false, published: false };
    this.#claims.push(claim);
  }

  sentLastBlock({ address }: Sender, { name }: FilePlan): void {
    const claim = this.#claimOf(address.key, name);
    if (claim !== undefined) claim.lastBlockSent = true;
  }

  ended({ address, plan }: Sender, { name }: FilePlan, ending: Ending): void {
    this.#note(`${address.key} ends with ${name}: ${ending}`);
    this.chronicle.push(`${this.#clock.now} ${plan.id} ${name} ${ending}`);
    if (ending === "saved") {
      if (this.#claimOf(address.key, name)?.published !== true) {
        fail("promise", `${address.key} believes that ${name} is saved`);
      }
      this.#checkFile(name);
    } else if (isSure(plan, this.#scenario)) {
      fail("progress", `${address.key} could not send ${name}: ${ending}`);
    }
  }

  /** A request is refused. */
  refused(): void {
    this.counts.refused++;
  }

  /** A session sends something to its peer. */
  answered(
    session: SessionModel,
    packet: Reply | ErrorPacket,
    bytes: number,
  ): void {
    this.manners.answered(session, packet, bytes);
    const { part, transfer } = session;
    const isPublished = this.#published.has(part);
    if (packet.kind === "error") {
      if (isPublished) fail("denied", `${part.name} is saved`);
      return;
    }
    if (part.taken < transfer.bytes) {
      fail("order", `block ${transfer.block} is not taken yet`);
    }
    if (transfer.phase === "dallying" && !isPublished) {
      fail("promise", `the last ACK is sent, ${part.name} is not saved`);
    }
  }

  /** A file gets its name. */
  published(part: Part, content: Uint8Array): void {
    this.counts.stored++;
    const { name, owner } = part;
    this.#note(`the disk publishes ${name} of ${owner}`);
    this.chronicle.push(`${this.#clock.now} ${owner} ${name} published`);
    const claim = this.#claimOf(owner, name);
    if (claim === undefined || !isSameBytes(content, claim.data)) {
      const sent = claim?.data.length ?? "no";
      fail(
        "content",
        `${name} of ${owner} has ${content.length} bytes, sent were ${sent}`,
      );
    }
    if (!claim.lastBlockSent) fail("early", `${name} of ${owner}`);
    if (this.#published.has(part)) fail("twice", `${name} of ${owner}`);
    this.#published.add(part);
    claim.published = true;
    this.#expected.set(name, content);
  }

  /** An upload is given up. */
  discarded({ part: { name, owner } }: SessionModel, { kind }: Failure): void {
    this.counts.failed++;
    this.#note(`the server gives up ${name} of ${owner}: ${kind}`);
    this.#checkFile(name);
  }

  /** All is quiet. */
  leave(sessions: number): void {
    if (sessions > 0) fail("remains", `${sessions} sessions`);
    const parts = this.#disk?.parts.size ?? 0;
    if (parts > 0) fail("remains", `${parts} parts`);
    for (const name of this.#expected.keys()) this.#checkFile(name);
    const files = this.#disk?.files.size ?? 0;
    if (files !== this.#expected.size) fail("remains", `${files} files`);
  }

  #checkFile(name: string): void {
    const is = this.#disk?.files.get(name);
    const expected = this.#expected.get(name);
    if (is === expected) return;
    if (
      is === undefined || expected === undefined || !isSameBytes(is, expected)
    ) {
      fail("damage", `${name} is not what was published`);
    }
  }

  #claimOf(owner: string, name: string): Claim | undefined {
    return this.#claims.findLast((it) =>
      it.owner === owner && it.name === name
    );
  }

  #note(line: string): void {
    this.#trace?.(`* ${line}`);
  }
}
