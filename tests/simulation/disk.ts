/**
 * The disk: whole files by name, parts nobody sees, and operations that fail or
 * take their time.
 *
 * @module
 */

import type { OpenOrder } from "../../lib/channel.ts";
import type { Clock } from "../../lib/clock.ts";
import { keyOf } from "../../lib/policy/address.ts";
import { StorageError } from "../../lib/storage/error.ts";
import type { Stored } from "../../lib/storage/names.ts";
import type { Part } from "../../lib/transfer/session.ts";
import { type Later, later } from "./later.ts";
import type { DiskFault, DiskPlan } from "./scenario.ts";

/** The disk of one world. */
export class Disk {
  /** What is visible. */
  readonly files = new Map<string, Uint8Array>();
  /** What is not, and takes room. */
  readonly parts = new Set<SimulatedPart>();
  /** What was wrong, by the owner and the name of a part. */
  readonly trouble = new Map<string, "full" | "broken">();
  readonly plan: DiskPlan;
  readonly clock: Clock;
  /** Called when a file gets its name. */
  readonly onPublish: (part: SimulatedPart, content: Uint8Array) => void;
  readonly #count = new Map<DiskFault["kind"], number>();

  constructor(plan: DiskPlan, clock: Clock, onPublish: Disk["onPublish"]) {
    this.plan = plan;
    this.clock = clock;
    this.onPublish = onPublish;
    for (const name of plan.oldNames) this.files.set(name, oldContent(name));
  }

  /** Looks whether an upload could be stored. */
  open(order: OpenOrder): Later<SimulatedPart> {
    return later(this.clock, this.plan.lookMs, () => {
      if (this.fails("look")) throw new StorageError("blocked", "in the way");
      return new SimulatedPart(this, order);
    });
  }

  /** Counts an operation and says whether it fails. */
  fails(kind: DiskFault["kind"]): boolean {
    const { faults } = this.plan;
    if (faults.length === 0) return false;
    const nth = this.#count.get(kind) ?? 0;
    this.#count.set(kind, nth + 1);
    return faults.some((fault) => fault.kind === kind && fault.nth === nth);
  }
}

/** A file before it has its final name. */
export class SimulatedPart implements Part {
  /** What it was opened for. */
  readonly order: OpenOrder;
  /** The client's address and port. */
  readonly owner: string;
  /** The name it is to get. */
  readonly name: string;
  /** How long it was waited for in all, milliseconds. */
  heldMs = 0;
  readonly #disk: Disk;
  #bytes = new Uint8Array(64);
  #used = 0;
  /** A write that was taken has failed since. */
  #hasFailed = false;

  constructor(disk: Disk, order: OpenOrder) {
    this.#disk = disk;
    this.order = order;
    this.owner = keyOf(order.peer);
    this.name = order.accepted.filename;
  }

  /** How many bytes were taken. */
  get taken(): number {
    return this.#used;
  }

  write(bytes: Uint8Array): Later<void> | undefined {
    const disk = this.#disk;
    disk.parts.add(this);
    if (this.#hasFailed || disk.fails("write")) {
      return this.#wait<void>(0, () => this.#fail("full"));
    }
    if (disk.fails("late-write")) this.#hasFailed = true;
    const { writeMs } = disk.plan;
    // As with the real buffers: most writes cost nothing, some have to wait.
    if (writeMs > 0 && this.#used % 3 === 0) {
      return this.#wait(writeMs, () => this.#append(bytes));
    }
    this.#append(bytes);
    return undefined;
  }

  /** Saves the file; whether it `minds` what `fsync` says is a fault's matter. */
  commit({ minds } = { minds: true }): Later<Stored> {
    const disk = this.#disk;
    disk.parts.add(this);
    return this.#wait(disk.plan.commitMs, () => {
      if (this.#hasFailed) this.#fail("full");
      const isSynced = !disk.fails("sync");
      if (!isSynced && minds || disk.fails("publish")) this.#fail("broken");
      // What was not synced is not there after the next power cut.
      const length = isSynced ? this.#used : this.#used >> 1;
      const content = this.#bytes.slice(0, length);
      disk.parts.delete(this);
      const before = disk.files.get(this.name);
      disk.files.set(this.name, content);
      disk.onPublish(this, content);
      return { name: this.name, replacedBytes: before?.length };
    });
  }

  discard(): Later<void> | undefined {
    const { parts, plan } = this.#disk;
    if (!parts.has(this)) return undefined;
    return this.#wait(plan.writeMs, () => {
      parts.delete(this);
    });
  }

  #wait<T>(ms: number, finish: () => T): Later<T> {
    this.heldMs += ms;
    return later(this.#disk.clock, ms, finish);
  }

  #fail(trouble: "full" | "broken"): never {
    this.#disk.trouble.set(`${this.owner} ${this.name}`, trouble);
    throw new StorageError(trouble === "full" ? "full" : "failed", trouble);
  }

  #append(bytes: Uint8Array): void {
    const end = this.#used + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#used);
    this.#used = end;
  }
}

/** What a file holds that was there before. */
export function oldContent(name: string): Uint8Array {
  return new TextEncoder().encode(`what ${name} held before`);
}
