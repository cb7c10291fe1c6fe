import { assert, assertEquals, assertRejects } from "@std/assert";
import { Lines, MAX_BYTES, MAX_LINE_BYTES } from "../../lib/front/lines.ts";

const HERE = "10.0.0.9";
const CLIENT = { transport: "udp", hostname: "10.0.0.1", port: 5_000 } as const;
const BLOCK_1 = Uint8Array.of(0, 3, 0, 1, 9);

function block(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => i === 1 ? 3 : i);
}

Deno.test("Lines gives uploads what their clients send, and sends from the port that was asked", async () => {
  const sent: unknown[] = [];
  const lines = new Lines((bytes, { port }, from) =>
    sent.push([[...bytes], port, from])
  );
  const line = lines.open(HERE, CLIENT);
  const received = line.receive(new Uint8Array(600));
  const own = BLOCK_1.slice();
  assert(lines.take(own, CLIENT, HERE));
  // The reader uses its buffer again.
  own.fill(0);
  assertEquals(await received, [BLOCK_1, CLIENT]);
  await line.send(Uint8Array.of(0, 4), CLIENT);
  assertEquals(sent, [[[0, 4], 5_000, HERE]]);
});

Deno.test("Lines takes neither requests nor what is nobody's", () => {
  const lines = new Lines(() => {});
  const line = lines.open(HERE, CLIENT);
  const rows: ReadonlyArray<
    readonly [string, Uint8Array, Deno.NetAddr, string, boolean]
  > = [
    ["a block", BLOCK_1, CLIENT, HERE, true],
    ["rubbish", Uint8Array.of(9), CLIENT, HERE, true],
    ["WRQ", Uint8Array.of(0, 2, 97), CLIENT, HERE, false],
    ["RRQ", Uint8Array.of(0, 1, 97), CLIENT, HERE, false],
    ["of another port", BLOCK_1, { ...CLIENT, port: 1 }, HERE, false],
    ["to another address", BLOCK_1, CLIENT, "10.0.0.8", false],
  ];
  for (const [what, bytes, from, to, isTaken] of rows) {
    assertEquals(lines.take(bytes, from, to), isTaken, what);
  }
  line.close();
  assert(!lines.take(BLOCK_1, CLIENT, HERE));
});

Deno.test("Lines keeps what waits, in order, and no more than a socket does", async () => {
  const lines = new Lines(() => {});
  const line = lines.open(HERE, CLIENT);
  const size = 1_244;
  const fitting = Math.floor(MAX_LINE_BYTES / 1_500);
  for (let i = 0; i < fitting + 3; i++) {
    lines.take(block(size).fill(i, 4), CLIENT, HERE);
  }
  const buffer = new Uint8Array(2_000);
  for (let i = 0; i < fitting; i++) {
    const [bytes] = await line.receive(buffer);
    assertEquals([bytes.length, bytes.at(-1)], [size, i]);
  }
  // What does not fit the buffer is cut off, as a socket does.
  lines.take(block(size), CLIENT, HERE);
  assertEquals((await line.receive(new Uint8Array(10)))[0].length, 10);
});

Deno.test("Lines has a bound for all of them together, and frees what it kept", async () => {
  const lines = new Lines(() => {});
  const size = 60_000;
  const each = Math.floor(MAX_LINE_BYTES / (size + 256));
  const count = Math.ceil(MAX_BYTES / (each * (size + 256))) + 1;
  const peers = Array.from(
    { length: count },
    (_, i) => ({ ...CLIENT, port: i }),
  );
  const open = peers.map((peer) => lines.open(HERE, peer));
  for (const peer of peers) {
    for (let i = 0; i < each; i++) lines.take(block(size), peer, HERE);
  }
  const last = open.at(-1);
  const waiting = last?.receive(new Uint8Array(10));
  for (const line of open.slice(0, -1)) line.close();
  // It got nothing before, for there was no room.
  const peer = peers.at(-1);
  if (peer !== undefined) lines.take(block(8), peer, HERE);
  assertEquals((await waiting)?.[0].length, 8);
});

Deno.test("Lines ends what is read when it is closed, and leaves a newer line alone", async () => {
  const lines = new Lines(() => {});
  const old = lines.open(HERE, CLIENT);
  const reading = Promise.resolve(old.receive(new Uint8Array(10)));
  const young = lines.open(HERE, CLIENT);
  old.close();
  await assertRejects(() => reading, Deno.errors.BadResource);
  const received = young.receive(new Uint8Array(10));
  lines.take(BLOCK_1, CLIENT, HERE);
  assertEquals((await received)[0], BLOCK_1);
});
