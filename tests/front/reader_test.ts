import { assert, assertEquals } from "@std/assert";
import { SystemClock } from "../../lib/clock.ts";
import {
  MAX_BACKLOG,
  Reader,
  type ReaderOptions,
  type Received,
} from "../../lib/front/reader.ts";
import { MAX_REQUEST_BYTES } from "../../lib/protocol/packet.ts";
import { CLIENT, FakeSocket } from "./fake_socket.ts";

/** Lets the event loop go round until all that can happen has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((go) => setTimeout(go, 0));
}

/** Reads; a wish leaves out what is not to be looked into. */
function read(
  socket: FakeSocket,
  onSlice: (slice: readonly Received[]) => void,
  { isWanted = () => true, onOverflow = () => {} }: Partial<ReaderOptions> = {},
): Reader {
  const clock = new SystemClock();
  const options = { clock, isWanted, onOverflow, onSlice };
  return new Reader(socket, "192.0.2.9", options);
}

/** Hands in datagrams, some at a time; the slices they were read in. */
async function readAll(
  ...bursts: (Uint8Array | Error)[][]
): Promise<(readonly Received[])[]> {
  const socket = new FakeSocket();
  const slices: (readonly Received[])[] = [];
  const reader = read(socket, (it) => slices.push(it));
  for (const burst of bursts) {
    socket.arrive(...burst);
    await settle();
  }
  await reader.close();
  assert(socket.isClosed);
  return slices;
}

/** Datagrams of two bytes that count. */
function numbered(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => Uint8Array.of(i >> 8, i));
}

Deno.test("Reader tells of each datagram and who sent it, in bytes that stay", async () => {
  const [one, two] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  assertEquals(await readAll([one], [two]), [
    [{ bytes: one, from: CLIENT }],
    [{ bytes: two, from: CLIENT }],
  ]);
});

Deno.test("Reader takes in all of a burst before it tells, in slices of at most 256, in order", async () => {
  for (const slices of [[200], [256, 256, 256, 232]]) {
    const all = numbered(slices.reduce((sum, it) => sum + it));
    const told = await readAll(all);
    assertEquals(told.map(({ length }) => length), slices);
    assertEquals(told.flat().map(({ bytes }) => bytes), all);
  }
});

Deno.test("Reader asks of each datagram, just before its slice, whether it is wanted", async () => {
  const socket = new FakeSocket();
  const seen: unknown[] = [];
  const tell = (slice: readonly Received[]) =>
    seen.push(...slice.map(({ bytes }) => bytes[1]));
  const isWanted = () => seen.push("asked") % 2 === 0;
  const reader = read(socket, tell, { isWanted });
  socket.arrive(...numbered(3));
  await settle();
  socket.arrive(...numbered(1));
  await settle();
  assertEquals(seen, ["asked", "asked", "asked", 1, "asked"]);
  await reader.close();
});

Deno.test("Reader goes on when a client's port is gone, and shows what is longer than any request", async () => {
  const gone = new Deno.errors.ConnectionReset("gone");
  const [slice] = await readAll([gone, new Uint8Array(MAX_REQUEST_BYTES + 9)]);
  const lengths = slice?.map(({ bytes }) => bytes.length);
  assertEquals(lengths, [MAX_REQUEST_BYTES + 1]);
});

Deno.test("Reader tells though a flood never pauses, and keeps a bounded number", async () => {
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const socket = new FakeSocket();
  socket.isEndless = true;
  let told = 0;
  let dropped = 0;
  const reader = read(socket, (slice) => {
    told += slice.length;
    if (socket.reads > 3 * MAX_BACKLOG) resolve();
  }, { onOverflow: () => dropped++ });
  await heard;
  // What is neither told nor dropped is kept.
  assert(dropped > 0);
  assert(socket.reads - told - dropped <= MAX_BACKLOG);
  await reader.close();
});

Deno.test("Reader.close() drops what was not looked into", async () => {
  const socket = new FakeSocket();
  let told = 0;
  const reader = read(socket, () => told++);
  socket.arrive(Uint8Array.of(1));
  await reader.close();
  await reader.close();
  await settle();
  assertEquals(told, 0);
});

Deno.test("Reader crashes when it cannot read, rather than be deaf", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    resolve(event.reason);
  };
  addEventListener("unhandledrejection", onRejection);
  const socket = new FakeSocket();
  read(socket, () => {});
  const trouble = new Error("Broken for a test");
  socket.arrive(trouble);
  assert(await promise === trouble);
  removeEventListener("unhandledrejection", onRejection);
});
