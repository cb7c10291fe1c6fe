/**
 * Old senders, which answer every ACK with a block, a repeated one as well: two
 * of each would go round until the end of the file (the Sorcerer's Apprentice,
 * RFC 1123 section 4.2.3.1). Some of them pause, and are not lost for that.
 *
 * @module
 */

import { assertEquals, assertLessOrEqual } from "@std/assert";
import { expire, receive } from "../../lib/protocol/transfer.ts";
import type { Step, Transfer } from "../../lib/protocol/transfer_state.ts";
import { opened } from "./scenario.ts";
import { data } from "./story.ts";

/** How long a packet takes. */
const LATENCY_MS = 1;

/** An old sender and the transfer, with a line of packets between them. */
class Apprentice {
  /** How often each block was sent. */
  readonly sent: number[] = [];
  #transfer: Transfer = opened({ minTimeoutMs: 100 });
  #now = 0;
  readonly #pauseMs: (block: number) => number;
  /** What is under way: an ACK or a block, and when it arrives. */
  readonly #line: { at: number; ack?: number; block?: number }[] = [
    { at: LATENCY_MS, ack: 0 },
  ];

  constructor(pauseMs: (block: number) => number) {
    this.#pauseMs = pauseMs;
  }

  /** Sends so many blocks. */
  run(blocks: number): readonly number[] {
    while (this.#transfer.block < blocks) {
      this.#line.sort((a, b) => a.at - b.at);
      const [next] = this.#line;
      const deadline = this.#transfer.deadline;
      if (next === undefined || deadline < next.at) {
        this.#now = deadline;
        this.#take(expire(this.#transfer, deadline));
        continue;
      }
      this.#line.shift();
      this.#now = next.at;
      if (next.ack !== undefined) this.#answer(next.ack + 1);
      if (next.block !== undefined) {
        this.#take(receive(this.#transfer, data(next.block), this.#now));
      }
    }
    return this.sent.slice(1, blocks + 1);
  }

  /** It pauses before it has read a block, and not before it sends it again. */
  #answer(block: number): void {
    const times = this.sent[block] ?? 0;
    this.sent[block] = times + 1;
    const pauseMs = times === 0 ? this.#pauseMs(block) : 0;
    this.#line.push({ at: this.#now + pauseMs + LATENCY_MS, block });
  }

  #take({ transfer, actions }: Step): void {
    this.#transfer = transfer;
    for (const action of actions) {
      if (action.kind !== "send" || action.packet.kind !== "ack") continue;
      const { block: ack } = action.packet;
      this.#line.push({ at: this.#now + LATENCY_MS, ack });
    }
  }
}

Deno.test("receive() has an old sender fall silent that sends every block twice", () => {
  for (const pauseMs of [0, 5, 40, 80]) {
    for (const lateMs of [150, 900, 5_000]) {
      const sender = new Apprentice((block) => block === 20 ? lateMs : pauseMs);
      const sent = sender.run(60);
      const name = `${pauseMs} ms, then ${lateMs} ms: ${sent}`;
      assertEquals(sent.slice(0, 19), Array(19).fill(1), name);
      assertLessOrEqual(Math.max(...sent), 4, name);
      // It was late, not lost; a dozen blocks later all is as before.
      assertEquals(sent.slice(35), Array(25).fill(1), name);
    }
  }
});

Deno.test("expire() leaves alone a sender that pauses before every block", () => {
  for (const pauseMs of [0, 120, 400, 900]) {
    const sent = new Apprentice(() => pauseMs).run(40);
    assertEquals(sent, Array(40).fill(1), `${pauseMs} ms: ${sent}`);
  }
});

Deno.test("expire() does no harm to a sender that pauses now and then", () => {
  for (const every of [2, 3, 8]) {
    const sender = new Apprentice((block) => block % every === 0 ? 700 : 3);
    const sent = sender.run(100);
    const extra = sent.reduce((sum, it) => sum + it - 1, 0);
    assertLessOrEqual(extra, 60, `every ${every}: ${sent}`);
  }
});
