/**
 * The disk: whole files by name, parts nobody sees, and operations that fail or
 * take their time.
 *
 * @module
 */

import type { Flaws } from "./machine.ts";
import type { DiskFault, DiskPlan } from "./scenario.ts";

/** An operation that takes time or fails. */
export interface Wait {
  /** How long it takes, milliseconds; 0 for no time. */
  readonly ms: number;
  /** What it does in the end. */
  readonly finish: () => DiskResult;
}

/** How an operation ended. */
export type DiskResult = "done" | "failed";

/** Called when a file gets its name. */
export type OnPublish = (part: Part, content: Uint8Array) => void;

/** The disk of one world. */
export class Disk {
  /** What is visible. */
  readonly files = new Map<string, Uint8Array>();
  /** What is not, and takes room. */
  readonly parts = new Set<Part>();
  /** What it is like. */
  readonly plan: DiskPlan;
  /** What its user does wrong. */
  readonly flaws: Flaws;
  readonly #count: Record<DiskFault["kind"], number> = {
    "write": 0,
    "late-write": 0,
    "sync": 0,
    "publish": 0,
  };
  readonly #onPublish: OnPublish;

  /** A disk with the old files on it. */
  constructor(plan: DiskPlan, flaws: Flaws, onPublish: OnPublish) {
    this.plan = plan;
    this.flaws = flaws;
    this.#onPublish = onPublish;
    for (const name of plan.oldNames) this.files.set(name, oldContent(name));
  }

  /** Counts an operation and says whether it fails. */
  fails(kind: DiskFault["kind"]): boolean {
    const { faults } = this.plan;
    if (faults.length === 0) return false;
    const nth = this.#count[kind]++;
    return faults.some((fault) => fault.kind === kind && fault.nth === nth);
  }

  /** Gives a part its final name. */
  publish(part: Part, content: Uint8Array): void {
    this.parts.delete(part);
    this.files.set(part.name, content);
    this.#onPublish(part, content);
  }
}

/** A file before it has its final name. */
export class Part {
  /** Whose it is: the client's address and port. */
  readonly owner: string;
  /** The name it is to get. */
  readonly name: string;
  readonly #disk: Disk;
  #bytes = new Uint8Array(64);
  #used = 0;
  /** A write that was taken has failed since. */
  #hasFailed = false;

  /** A part without bytes. */
  constructor(disk: Disk, owner: string, name: string) {
    this.#disk = disk;
    this.owner = owner;
    this.name = name;
  }

  /** How many bytes were taken. */
  get taken(): number {
    return this.#used;
  }

  /**
   * Takes bytes for the end of the file.
   *
   * @param payload A view that is read before the operation ends.
   * @returns What to wait for, if they are not taken at once.
   */
  write(payload: Uint8Array): Wait | undefined {
    const disk = this.#disk;
    disk.parts.add(this);
    if (this.#hasFailed || disk.fails("write")) return FAILED;
    if (disk.fails("late-write")) this.#hasFailed = true;
    const { writeMs } = disk.plan;
    // As with the real buffers: most writes cost nothing, some have to wait.
    if (writeMs > 0 && this.#used % 3 === 0) {
      return { ms: writeMs, finish: () => this.#append(payload) };
    }
    this.#append(payload);
    return undefined;
  }

  /** Saves the file under its name. */
  commit(): Wait {
    this.#disk.parts.add(this);
    return { ms: this.#disk.plan.commitMs, finish: () => this.#commit() };
  }

  /** Removes all that was written. */
  discard(): void {
    this.#disk.parts.delete(this);
  }

  #commit(): DiskResult {
    const disk = this.#disk;
    let content = this.#bytes.slice(0, this.#used);
    if (this.#hasFailed) return "failed";
    if (disk.fails("sync")) {
      if (!disk.flaws.ignoresSyncFault) return "failed";
      // What was not synced is not there after the next power cut.
      content = content.subarray(0, content.length >> 1);
    }
    if (disk.fails("publish")) return "failed";
    disk.publish(this, content);
    return "done";
  }

  #append(payload: Uint8Array): DiskResult {
    const end = this.#used + payload.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(payload, this.#used);
    this.#used = end;
    if (this.#disk.flaws.writesInPlace) {
      this.#disk.files.set(this.name, this.#bytes.slice(0, end));
    }
    return "done";
  }
}

const FAILED: Wait = { ms: 0, finish: () => "failed" };

/** What a file holds that was there before. */
export function oldContent(name: string): Uint8Array {
  return new TextEncoder().encode(`what ${name} held before`);
}
