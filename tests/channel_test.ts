import { assertEquals } from "@std/assert";
import { type Carrier, Channel } from "../lib/channel.ts";
import type { Clock } from "../lib/clock.ts";

/** A channel of numbers, what it sent, and how to let the turn end. */
function open() {
  const sent: unknown[] = [];
  const soon: (() => void)[] = [];
  const carrier: Carrier = {
    postMessage: (batch) => void sent.push(batch),
    onmessage: null,
  };
  const clock: Clock = {
    ...{ now: () => 0, epoch: () => 0, after: () => () => {} },
    soon: (run) => void soon.push(run),
  };
  const channel = new Channel<number, number>(carrier, clock);
  const endTurn = () => soon.splice(0).forEach((run) => run());
  return { channel, carrier, sent, endTurn };
}

Deno.test("Channel sends all messages of a turn in one batch, in order", () => {
  const { channel, sent, endTurn } = open();
  channel.send(1);
  channel.send(2);
  assertEquals(sent, []);
  endTurn();
  channel.send(3);
  endTurn();
  endTurn();
  assertEquals(sent, [[1, 2], [3]]);
});

Deno.test("flush() sends at once what there is, and nothing twice", () => {
  const { channel, sent, endTurn } = open();
  channel.flush();
  channel.send(1);
  channel.flush();
  channel.send(2);
  endTurn();
  assertEquals(sent, [[1], [2]]);
});

Deno.test("listen() takes in what arrives", () => {
  const { channel, carrier } = open();
  const heard: unknown[] = [];
  channel.listen((messages) => heard.push(messages));
  carrier.onmessage?.(new MessageEvent("message", { data: [1, 2] }));
  assertEquals(heard, [[1, 2]]);
});
