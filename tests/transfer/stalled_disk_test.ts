/**
 * What becomes of requests while the disk does not answer, and of uploads whose
 * directory is gone.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  type Carrier,
  Channel,
  type News,
  type OpenOrder,
  type Order,
} from "../../lib/channel.ts";
import { decodePacket } from "../../lib/protocol/codec.ts";
import { MACHINE } from "../../lib/protocol/transfer.ts";
import { MAX_IN_LINE, MAX_LOOKS } from "../../lib/transfer/looks.ts";
import { Room } from "../../lib/transfer/room.ts";
import type { Part } from "../../lib/transfer/session.ts";
import { FakeSocket } from "../front/fake_socket.ts";
import { ShiftedClock } from "../front/shifted_clock.ts";
import { newSeat } from "../policy/seating.ts";

const LIMITS = {
  ...{ maxBytes: Infinity, idleMs: undefined, durationMs: Infinity },
};
const BUSY = "server is busy - try again later";
const SPARING = { sparesAnswered: true } as const;
const AWAY = "upload directory is not available";

const PART: Part = {
  write: () => undefined,
  commit: () => Promise.resolve({ name: "a", replacedBytes: undefined }),
  discard: () => undefined,
};

/** A room, and the disk that it waits for. */
class Stage implements Disposable {
  /** Answers each look at the disk, in the order they were made. */
  readonly looks: PromiseWithResolvers<Part>[] = [];
  readonly sent: string[] = [];
  readonly clock = new ShiftedClock();
  readonly #news: News[] = [];
  readonly #channel: Channel<News, Order>;
  readonly #carrier: Carrier = {
    onmessage: null,
    postMessage: (batch) => this.#news.push(...batch as News[]),
  };
  readonly #sockets: FakeSocket[] = [];

  constructor() {
    this.#channel = new Channel<News, Order>(this.#carrier, this.clock);
    new Room({
      ...{ channel: this.#channel, clock: this.clock, machine: MACHINE },
      ...{ limits: LIMITS, showsPackets: false },
      countBuffer: () => {},
      openSocket: () => this.#openSocket(),
      openPart: () => {
        const look = Promise.withResolvers<Part>();
        this.looks.push(look);
        return look.promise;
      },
    });
  }

  /** Gives orders. */
  order(...orders: Order[]): void {
    const data = orders;
    this.#carrier.onmessage?.(new MessageEvent("message", { data }));
  }

  /** What it told since the last time, once the disk's answers are dealt with. */
  async news(): Promise<readonly News[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.clock.soon(resolve);
    await promise;
    this.#channel.flush();
    return this.#news.splice(0);
  }

  [Symbol.dispose](): void {
    this.order({ kind: "stop" });
    for (const socket of this.#sockets) socket.close();
    this.clock.stop();
  }

  #openSocket(): FakeSocket {
    const socket = new FakeSocket();
    socket.send = (bytes) => {
      const packet = decodePacket(bytes);
      this.sent.push(packet.kind === "error" ? packet.message : packet.kind);
      return Promise.resolve(bytes.length);
    };
    this.#sockets.push(socket);
    return socket;
  }
}

function open(seat: number): OpenOrder {
  const { accepted, peer } = newSeat(5_000 + seat);
  const none = { evicts: undefined, ...SPARING };
  const to = "192.0.2.9";
  return { kind: "open", seat, peer, to, accepted, at: 0, ...none };
}

function told(news: readonly News[]): unknown[] {
  return news.map((it) =>
    it.kind === "refused" ? it.told === undefined ? "" : it.told : it.kind
  );
}

Deno.test("Room has few requests look at the disk at once, and the others wait in line", async () => {
  using stage = new Stage();
  const all = MAX_LOOKS + MAX_IN_LINE;
  for (let seat = 1; seat <= all; seat++) stage.order(open(seat));
  assertEquals(told(await stage.news()), []);
  assertEquals(stage.looks.length, MAX_LOOKS);
  const reason = "10000 requests wait for the disk";
  const refusal = { code: 0, message: BUSY, reason };
  stage.order(open(all + 1));
  assertEquals(told(await stage.news()), [refusal]);
  // Whoever goes meanwhile leaves the disk as busy as it was.
  stage.order({ kind: "evict", seat: 1, ...SPARING }, open(all + 1));
  assertEquals(told(await stage.news()), ["", refusal]);
  // Whoever goes in line makes room there.
  const evict = { kind: "evict", seat: MAX_LOOKS + 1, ...SPARING } as const;
  stage.order(evict, open(all + 1));
  assertEquals(told(await stage.news()), [""]);
  assertEquals(stage.looks.length, MAX_LOOKS);
  stage.looks[0]?.resolve(PART);
  stage.looks[1]?.resolve(PART);
  assertEquals(told(await stage.news()), ["accepted"]);
  assertEquals(stage.looks.length, MAX_LOOKS + 2);
});

Deno.test("Room does not look at the disk for those who have gone while they waited", async () => {
  using stage = new Stage();
  const all = 2 * MAX_LOOKS;
  for (let seat = 1; seat <= all; seat++) stage.order(open(seat));
  stage.clock.pass(5_000);
  stage.order({ kind: "repeat", seat: all });
  stage.clock.pass(1_500);
  stage.looks[0]?.resolve(PART);
  // The client of the first look has gone as well.
  const gone = Array<string>(MAX_LOOKS).fill("");
  assertEquals(told(await stage.news()), gone);
  assertEquals(stage.looks.length, MAX_LOOKS + 1);
  stage.looks[MAX_LOOKS]?.resolve(PART);
  assertEquals(told(await stage.news()), ["accepted"]);
});

Deno.test("Room drops a request without a word if the disk answers when its client has gone", async () => {
  using stage = new Stage();
  stage.order(open(1), open(2), open(3));
  stage.clock.pass(5_000);
  stage.order({ kind: "repeat", seat: 2 });
  stage.clock.pass(1_500);
  stage.looks[0]?.resolve(PART);
  stage.looks[1]?.resolve(PART);
  stage.looks[2]?.reject(new Error("broken"));
  const news = await stage.news();
  assertEquals(
    news.map((it) => "seat" in it ? [it.kind, it.seat] : it.kind),
    [["refused", 1], ["accepted", 2], ["refused", 3]],
  );
  assertEquals(told(news), ["", "accepted", ""]);
  assertEquals(stage.sent, ["ack"]);
});

Deno.test("Room fails all uploads when the directory is gone, and takes new ones when it is back", async () => {
  using stage = new Stage();
  stage.order(open(1), open(2));
  stage.looks[0]?.resolve(PART);
  assertEquals(told(await stage.news()), ["accepted"]);
  stage.order({ kind: "fail" });
  const [refused, failed] = await stage.news();
  assertEquals(told(refused === undefined ? [] : [refused]), [
    { code: 2, message: AWAY, reason: AWAY },
  ]);
  assertEquals(failed?.kind === "failed" ? failed.why : failed, {
    kind: "server",
    message: AWAY,
  });
  assertEquals(stage.sent, ["ack", AWAY]);
  stage.order(open(3));
  stage.looks[2]?.resolve(PART);
  assertEquals(told(await stage.news()), ["accepted"]);
});
