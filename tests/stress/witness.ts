/**
 * A report that knows what the server made of every datagram, and checks that
 * no answer is longer than its cause allows.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import type { Event, Report } from "../../lib/report/event.ts";
import { textReport } from "../../lib/report/text.ts";
import { checkReply } from "./reply_bound.ts";

/** What became of a datagram at the listening port. */
export type Verdict = "accepted" | "refused" | "ignored";

/** A peer as the server sees it. */
interface Suspect {
  /** Whether its first block has come: answers may be longer then. */
  isProven: boolean;
  /** The datagram being looked at; answers come in the same turn. */
  cause: Uint8Array | undefined;
  onVerdict: (verdict: Verdict) => void;
  onDatagram: () => void;
}

/** No word of the server within this: it hangs. */
const PATIENCE_MS = 15_000;

/** A report on peers on the loopback interface, by their ports. */
export class Witness implements Report {
  readonly packets = true;
  /** Answers that are too long or should not be. */
  readonly failures: string[] = [];
  readonly #suspects = new Map<number, Suspect>();
  /** Every text the server would print is made, for that must not throw. */
  readonly #text = textReport(2, () => {});

  /** Takes an event of the server. */
  add(event: Event): void {
    this.#text.add(event);
    if (!("peer" in event)) return;
    const suspect = this.#suspects.get(event.peer.port);
    if (suspect === undefined) return;
    switch (event.kind) {
      case "accepted":
      case "refused":
      case "ignored":
        return suspect.onVerdict(event.kind);
      case "packet":
        if (event.direction === "in") this.#onDatagram(suspect, event);
        else this.#onReply(suspect, event);
    }
  }

  /** Forgets all peers; their ports will be others'. */
  clear(): void {
    this.#suspects.clear();
  }

  /** What becomes of the next datagram from this port. */
  verdict(port: number): Promise<Verdict> {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    this.#of(port).onVerdict = resolve;
    return withPatience(promise, `No verdict on port ${port}`);
  }

  /** Waits until the next datagram from this port has been looked at. */
  datagram(port: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#of(port).onDatagram = resolve;
    return withPatience(promise, `A datagram of port ${port} never arrived`);
  }

  #of(port: number): Suspect {
    const known = this.#suspects.get(port);
    if (known !== undefined) return known;
    const suspect: Suspect = {
      isProven: false,
      cause: undefined,
      onVerdict: () => {},
      onDatagram: () => {},
    };
    this.#suspects.set(port, suspect);
    return suspect;
  }

  #onDatagram(
    suspect: Suspect,
    { packet, bytes }: Extract<Event, { kind: "packet" }>,
  ): void {
    suspect.isProven ||= packet.kind === "data" && packet.block === 1;
    suspect.cause = bytes.slice();
    // What is sent later is a repetition: it has no cause but the time.
    queueMicrotask(() => suspect.cause = undefined);
    suspect.onDatagram();
  }

  #onReply(
    { isProven, cause }: Suspect,
    { packet }: Extract<Event, { kind: "packet" }>,
  ): void {
    if (isProven || cause === undefined || packet.kind === "malformed") return;
    try {
      checkReply(encodePacket(packet), cause);
    } catch (error) {
      this.failures.push(String(error));
    }
  }
}

async function withPatience<T>(promise: Promise<T>, what: string): Promise<T> {
  const impatient = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => impatient.reject(new Error(`${what} within ${PATIENCE_MS} ms`)),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([promise, impatient.promise]);
  } finally {
    clearTimeout(timer);
  }
}
