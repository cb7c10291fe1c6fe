import { assert, assertEquals } from "@std/assert";
import type { PortNews } from "../../lib/port/message.ts";
import { MAX_BACKLOG, Reader } from "../../lib/port/reader.ts";
import { CLIENT, FakeSocket } from "./fake_socket.ts";

/** Waits for what a reader tells, one after the other. */
class Listener {
  readonly #told: PortNews[] = [];
  #onNews: () => void = () => {};

  readonly tell = (news: PortNews): void => {
    this.#told.push(news);
    this.#onNews();
  };

  /** The first bytes of the datagrams in the next message. */
  async next(): Promise<number[]> {
    while (this.#told.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onNews = resolve;
      await promise;
    }
    const news = this.#told.shift();
    if (news?.kind !== "arrived") throw new Error(`Got ${news?.kind}`);
    for (const { from } of news.arrivals) assertEquals(from, CLIENT);
    return news.arrivals.map(({ bytes }) => bytes[0] ?? -1);
  }

  get isQuiet(): boolean {
    return this.#told.length === 0;
  }
}

function reading(): { socket: FakeSocket; reader: Reader; heard: Listener } {
  const socket = new FakeSocket();
  const heard = new Listener();
  const reader = new Reader(socket.asSocket, heard.tell);
  return { socket, reader, heard };
}

/** Lets the event loop go round until all that can happen has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 0);
    await promise;
  }
}

const datagram = (first: number) => Uint8Array.of(first, 2, 3);

Deno.test("Reader tells what arrives when it is asked", async () => {
  const { socket, reader, heard } = reading();
  reader.next();
  socket.arrive(datagram(1));
  assertEquals(await heard.next(), [1]);
  reader.next();
  socket.arrive(datagram(2));
  assertEquals(await heard.next(), [2]);
});

Deno.test("Reader keeps what arrives until it is asked", async () => {
  const { socket, reader, heard } = reading();
  socket.arrive(datagram(1), datagram(2), datagram(3));
  await settle();
  assert(heard.isQuiet);
  reader.next();
  assertEquals(await heard.next(), [1, 2, 3]);
});

Deno.test("Reader takes in all of a burst before it tells of the first", async () => {
  const { socket, reader, heard } = reading();
  reader.next();
  socket.arrive(...Array.from({ length: 20 }, (_, i) => datagram(i)));
  assertEquals((await heard.next()).length, 20);
});

Deno.test("Reader tells much in several parts, in its order", async () => {
  const { socket, reader, heard } = reading();
  const all = Array.from({ length: 1_000 }, (_, i) => i % 256);
  socket.arrive(...all.map(datagram));
  await settle();
  const told: number[] = [];
  while (told.length < all.length) {
    reader.next();
    const part = await heard.next();
    assert(part.length <= 256);
    told.push(...part);
  }
  assertEquals(told, all);
});

Deno.test("Reader's bytes stay as they are when more arrives", async () => {
  const socket = new FakeSocket();
  const news: PortNews[] = [];
  const reader = new Reader(socket.asSocket, (it) => news.push(it));
  socket.arrive(datagram(1), datagram(9));
  reader.next();
  await settle();
  socket.arrive(datagram(7));
  await settle();
  const [first] = news;
  assertEquals(
    first?.kind === "arrived" && first.arrivals.map(({ bytes }) => bytes),
    [datagram(1), datagram(9)],
  );
});

Deno.test("Reader keeps a bounded number of datagrams", async () => {
  const { socket, reader, heard } = reading();
  for (let i = 0; i < MAX_BACKLOG + 100; i++) socket.arrive(datagram(i));
  await settle();
  let told = 0;
  while (told < MAX_BACKLOG) {
    reader.next();
    told += (await heard.next()).length;
  }
  reader.next();
  await settle();
  assertEquals(told, MAX_BACKLOG);
  assert(heard.isQuiet);
});

Deno.test("Reader goes on when a client's port is gone (row 55)", async () => {
  const { socket, reader, heard } = reading();
  reader.next();
  socket.arrive(new Deno.errors.ConnectionReset("gone"), datagram(5));
  assertEquals(await heard.next(), [5]);
});

Deno.test("Reader.close() waits until all is sent", async () => {
  const { socket, reader } = reading();
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.out = promise;
  reader.send(datagram(1), CLIENT);
  const closing = reader.close();
  await settle();
  assert(!socket.isClosed);
  resolve(3);
  await closing;
  assertEquals(socket.sent, [datagram(1)]);
  assert(socket.isClosed);
});

Deno.test("Reader tells though the flood never pauses", async () => {
  const { socket, reader, heard } = reading();
  // Always one more: each one that is read brings the next. As the real one,
  // the socket lets others have their turn from time to time.
  const receive = socket.receive.bind(socket);
  let received = 0;
  socket.receive = async (buffer) => {
    if (++received % 100 === 0) await settle();
    if (!socket.isClosed) socket.arrive(datagram(1));
    return await receive(buffer);
  };
  socket.arrive(datagram(1));
  reader.next();
  assert((await heard.next()).length > 0);
  await reader.close();
});

Deno.test("Reader crashes when it cannot read, rather than be deaf", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    resolve(event.reason);
  };
  addEventListener("unhandledrejection", onRejection);
  const { socket } = reading();
  const trouble = new Error("Broken for a test");
  socket.arrive(trouble);
  assert(await promise === trouble);
  removeEventListener("unhandledrejection", onRejection);
});
