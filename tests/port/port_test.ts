import { assertEquals, assertRejects } from "@std/assert";
import { ListeningPort, PortError } from "../../lib/port/port.ts";
import { startPortThread } from "../server/harness.ts";
import { MAX_REQUEST_BYTES } from "../../lib/protocol/packet.ts";

const LOOPBACK = { transport: "udp", hostname: "127.0.0.1" } as const;

interface Heard {
  readonly bytes: Uint8Array;
  readonly from: Deno.NetAddr;
}

async function withPort(
  test: (port: ListeningPort, client: Deno.DatagramConn) => Promise<void>,
): Promise<void> {
  const thread = startPortThread();
  const port = await ListeningPort.open(thread.channel, "127.0.0.1", 0);
  const client = Deno.listenDatagram({ ...LOOPBACK, port: 0 });
  try {
    await test(port, client);
  } finally {
    client.close();
    await port.close();
    thread.terminate();
  }
}

function next(port: ListeningPort): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>();
  port.listen((bytes, from) => resolve({ bytes, from }));
  return promise;
}

Deno.test("ListeningPort hears a datagram and who sent it", () =>
  withPort(async (port, client) => {
    const heard = next(port);
    await client.send(Uint8Array.of(0, 2, 65), { ...LOOPBACK, ...port });
    const { bytes, from } = await heard;
    assertEquals([...bytes], [0, 2, 65]);
    const { hostname, port: own } = client.addr as Deno.NetAddr;
    assertEquals([from.hostname, from.port], [hostname, own]);
  }));

Deno.test("ListeningPort hears what came before it was listened to", () =>
  withPort(async (port, client) => {
    await client.send(Uint8Array.of(7), { ...LOOPBACK, ...port });
    assertEquals([...(await next(port)).bytes], [7]);
  }));

Deno.test("ListeningPort shows that a datagram is longer than any request", () =>
  withPort(async (port, client) => {
    const heard = next(port);
    const bytes = new Uint8Array(MAX_REQUEST_BYTES + 500);
    await client.send(bytes, { ...LOOPBACK, ...port });
    assertEquals((await heard).bytes.length, MAX_REQUEST_BYTES + 1);
  }));

Deno.test("ListeningPort answers from its own port", () =>
  withPort(async (port, client) => {
    port.send(Uint8Array.of(1, 2, 3), client.addr as Deno.NetAddr);
    const [bytes, from] = await client.receive();
    assertEquals([...bytes], [1, 2, 3]);
    assertEquals((from as Deno.NetAddr).port, port.port);
  }));

Deno.test("ListeningPort.open() rejects with the name of the trouble", () =>
  withPort(async (port) => {
    const thread = startPortThread();
    const error = await assertRejects(
      () => ListeningPort.open(thread.channel, "127.0.0.1", port.port),
      PortError,
    );
    thread.channel.close();
    thread.terminate();
    assertEquals(error.name, "AddrInUse");
  }));

Deno.test("ListeningPort.close() sends what is to be sent and frees the port", () =>
  withPort(async (port, client) => {
    port.send(Uint8Array.of(9), client.addr as Deno.NetAddr);
    await port.close();
    await port.close();
    const [bytes] = await client.receive();
    assertEquals([...bytes], [9]);
    Deno.listenDatagram({ ...LOOPBACK, port: port.port }).close();
  }));
