/**
 * The network: it drops, repeats, reorders and delays packets, and brings some
 * from strangers.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { hash } from "../random.ts";
import { type Address, LISTENER } from "./address.ts";
import type {
  Direction,
  FaultKind,
  PacketFault,
  Scenario,
  SenderPlan,
} from "./scenario.ts";
import { forge } from "./stranger.ts";
import { describe, type Trace } from "./trace.ts";

/** Takes in a datagram; the bytes are not to be changed. */
export type Receiver = (bytes: Uint8Array, from: Address) => void;

/** What can have become of packets: lost, which way, and if large ones; or more. */
export type Harm = Direction | "large" | "late" | "twice";

/** The packets of one sender. */
export interface Flow {
  readonly sender: SenderPlan;
  /** How many packets went each way. */
  readonly sent: Record<Direction, number>;
  /** What has become of some of them. */
  readonly harm: Set<Harm>;
}

/** What fits a frame of Ethernet; larger datagrams travel in fragments. */
export const FRAME_BYTES = 1_472;
/** A packet that is later than this comes when nobody waits for it any more. */
const LATE_MS = 300;

/** The network of one world. */
export class Network {
  /** All that has happened to single packets, to be able to repeat it. */
  readonly applied: PacketFault[] = [];
  readonly #clock: Clock;
  readonly #scenario: Scenario;
  readonly #trace: Trace | undefined;
  readonly #receivers = new Map<string, Receiver>();
  readonly #flows = new Map<string, Flow>();

  constructor(clock: Clock, scenario: Scenario, trace: Trace | undefined) {
    this.#clock = clock;
    this.#scenario = scenario;
    this.#trace = trace;
  }

  /** Opens a port. */
  bind(address: Address, receiver: Receiver): void {
    this.#receivers.set(address.key, receiver);
  }

  /** Closes a port: what still comes is lost. */
  unbind(address: Address): void {
    this.#receivers.delete(address.key);
  }

  /** Says whose packets those from and to an address are. */
  watch(address: Address, sender: SenderPlan): void {
    this.#flows.set(address.key, {
      sender,
      sent: { up: 0, down: 0 },
      harm: new Set(),
    });
  }

  /** The packets from and to an address, if it is a sender's. */
  flowOf(key: string): Flow | undefined {
    return this.#flows.get(key);
  }

  /** Sends a datagram; nobody learns what becomes of it. */
  send(bytes: Uint8Array, from: Address, to: Address): void {
    const up = this.#flows.get(from.key);
    const flow = up ?? this.#flows.get(to.key);
    if (flow === undefined) {
      this.#note(bytes, from, to, []);
      this.#deliver(bytes, from, to, 1);
      return;
    }
    const direction = up === undefined ? "down" : "up";
    const nth = flow.sent[direction]++;
    const fate = this.#fateOf(flow.sender.id, direction, nth);
    this.#note(bytes, from, to, fate);
    this.applied.push(...fate);
    if (bytes.length > this.#scenario.maxDatagramBytes) {
      this.#trace?.("TOO LARGE");
      flow.harm.add("large");
      return;
    }
    let { latencyMs } = flow.sender;
    for (const { kind, amount } of fate) {
      const isTime = kind === "delay" || kind === "repeat";
      if (isTime && amount > LATE_MS) flow.harm.add("late");
      if (kind === "repeat") flow.harm.add("twice");
      if (kind === "delay") latencyMs += amount;
      if (kind === "stranger") this.#intrude(bytes, from, to, amount);
      if (kind === "repeat") this.#deliver(bytes, from, to, latencyMs + amount);
    }
    if (fate.some(({ kind }) => kind === "drop")) {
      flow.harm.add(direction);
      if (bytes.length > FRAME_BYTES) flow.harm.add("large");
    } else this.#deliver(bytes, from, to, latencyMs);
  }

  /** Brings a datagram from somebody who only claims to be at an address. */
  inject(bytes: Uint8Array, from: Address, to: Address, ms: number): void {
    this.#note(bytes, from, to, []);
    this.#deliver(bytes, from, to, ms);
  }

  #deliver(bytes: Uint8Array, from: Address, to: Address, ms: number): void {
    this.#clock.after(ms, () => this.#receivers.get(to.key)?.(bytes, from));
  }

  /** A stranger speaks to a transfer only: at the door he would be a client. */
  #intrude(bytes: Uint8Array, from: Address, to: Address, dice: number): void {
    if (to.hostname !== LISTENER.hostname || to.key === LISTENER.key) return;
    const { bytes: forged, from: stranger } = forge(bytes, from, dice);
    this.#note(forged, stranger, to, []);
    this.#deliver(forged, stranger, to, 1 + dice % 150);
  }

  #fateOf(sender: number, direction: Direction, nth: number): PacketFault[] {
    const { seed, rates, faults } = this.#scenario;
    const fate = faults.filter((fault) =>
      fault.nth === nth && fault.sender === sender &&
      fault.direction === direction
    );
    const now = this.#clock.now();
    for (const [index, rate] of rates.entries()) {
      const { kind, chance, maxMs, fromMs, untilMs } = rate;
      if ((rate.direction ?? direction) !== direction) continue;
      if (now < fromMs || now >= untilMs) continue;
      const flow = sender * 2 + (direction === "up" ? 0 : 1);
      const dice = hash(seed, flow, nth, index);
      if (dice / 2 ** 32 >= chance) continue;
      const amount = hash(dice, flow, nth, index);
      const isTime = kind !== "stranger";
      fate.push({
        ...{ kind, sender, direction, nth },
        amount: isTime ? maxMs && 1 + amount % maxMs : amount,
      });
    }
    return fate;
  }

  #note(
    bytes: Uint8Array,
    from: Address,
    to: Address,
    fate: readonly PacketFault[],
  ): void {
    this.#trace?.(
      `${from.key.padEnd(14)} > ${to.key.padEnd(14)} ${describe(bytes)}` +
        fate.map((it) => ` ${FATES[it.kind]} ${it.amount}`).join(""),
    );
  }
}

const FATES: Readonly<Record<FaultKind, string>> = {
  drop: "LOST",
  repeat: "AGAIN, ms:",
  delay: "LATE, ms:",
  stranger: "A STRANGER comes along",
};
