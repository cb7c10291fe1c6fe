import { assertEquals } from "@std/assert";
import type { Socket } from "../../lib/socket.ts";
import { Outbox } from "../../lib/transfer/outbox.ts";
import { ManualClock } from "../manual_clock.ts";

const TO = { transport: "udp", hostname: "192.0.2.7", port: 50_312 } as const;

/** Sockets that note what they send, by their names. */
function stage() {
  const clock = new ManualClock();
  const log: string[] = [];
  const outbox = new Outbox(
    clock,
    () => log.push("news"),
    (error) => log.push((error as Error).message),
  );
  const open = (name: string, error?: Error): Socket => ({
    receive: () => Promise.reject(new Error("nothing to receive")),
    send: ([byte]) => {
      log.push(`${name} ${byte}`);
      return error === undefined ? Promise.resolve(1) : Promise.reject(error);
    },
    close: () => {},
  });
  return { clock, log, open, outbox };
}

Deno.test("Outbox sends together what was answered in one go, in order, behind the news", () => {
  const { clock, log, open, outbox } = stage();
  const [a, b] = [open("a"), open("b")];
  outbox.post(a, Uint8Array.of(1), TO);
  outbox.post(b, Uint8Array.of(2), TO);
  outbox.post(a, Uint8Array.of(3), TO);
  assertEquals(log, []);
  clock.settle();
  assertEquals(log.splice(0), ["news", "a 1", "b 2", "a 3"]);
  outbox.post(b, Uint8Array.of(4), TO);
  clock.settle();
  assertEquals(log, ["news", "b 4"]);
});

Deno.test("flush() sends at once what waits, and nothing twice", () => {
  const { clock, log, open, outbox } = stage();
  outbox.flush();
  assertEquals(log, []);
  outbox.post(open("a"), Uint8Array.of(1), TO);
  outbox.flush();
  assertEquals(log, ["news", "a 1"]);
  clock.settle();
  assertEquals(log, ["news", "a 1"]);
});

Deno.test("postNow() sends at once, behind what waits", () => {
  const { log, open, outbox } = stage();
  outbox.postNow(open("b"), Uint8Array.of(5), TO);
  assertEquals(log.splice(0), ["b 5"]);
  outbox.post(open("a"), Uint8Array.of(1), TO);
  outbox.postNow(open("b"), Uint8Array.of(5), TO);
  assertEquals(log, ["news", "a 1", "b 5"]);
});

Deno.test("Outbox sends to others though one cannot be sent to", async () => {
  const { log, open, outbox } = stage();
  outbox.post(open("a", new Error("no route")), Uint8Array.of(1), TO);
  outbox.post(open("b"), Uint8Array.of(2), TO);
  outbox.flush();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(log, ["news", "a 1", "b 2", "no route"]);
});
