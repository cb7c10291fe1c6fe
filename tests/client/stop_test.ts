import { assertEquals } from "@std/assert";
import { stopServer } from "../../lib/client/stop.ts";
import { decodeStop, encodeStop } from "../../lib/protocol/stop_message.ts";
import { StopKey } from "../../lib/stop_key.ts";
import { withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

const KEY = await StopKey.from(new Uint8Array(32).fill(1));
const OTHER_KEY = await StopKey.from(new Uint8Array(32).fill(2));
const RUN = new Uint8Array(16).fill(4);
const HOST = "127.0.0.1";

Deno.test("stopServer() waits for running uploads and says how many", async () => {
  await withServer({}, async ({ server, names, events, event }) => {
    const { port } = server;
    using first = new Peer(port);
    using second = new Peer(port);
    for (const [peer, name] of [[first, "f"], [second, "g"]] as const) {
      await peer.begin(name);
      await peer.block(1, pattern(512));
    }
    const running = Promise.withResolvers<number>();
    const outcome = stopServer(KEY, { hostname: HOST, port }, running.resolve);
    assertEquals(await running.promise, 2);
    for (const peer of [first, second]) {
      assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
      await event("stored");
    }
    server.pass(1_000);
    assertEquals(await outcome, "stopped");
    assertEquals(names(), ["f", "g"]);
    await server.ended;
    assertEquals(events.at(-1), { kind: "stopped" });
    // Its port is free.
    Deno.listenDatagram({ transport: "udp", hostname: HOST, port }).close();
  }, { key: KEY, threads: 2 });
});

/** Answers as a server does that says something of itself once, if at all. */
class FakeServer implements Disposable {
  readonly #socket = Deno.listenDatagram({
    transport: "udp",
    hostname: HOST,
    port: 0,
  });
  readonly #serving: Promise<void>;

  constructor(words: number) {
    this.#serving = this.#serve(words);
  }

  get address(): { hostname: string; port: number } {
    const { port } = this.#socket.addr as Deno.NetAddr;
    return { hostname: HOST, port };
  }

  async #serve(words: number): Promise<void> {
    for (let said = 0; said < words;) {
      const [datagram, from] = await this.#socket.receive();
      const message = decodeStop(datagram)?.message;
      if (message?.kind === "hello") {
        const { client } = message;
        const challenge = { kind: "challenge", client, run: RUN } as const;
        await this.#socket.send(encodeStop(challenge), from);
      } else if (message?.kind === "stop") {
        const { client } = message;
        const status = { kind: "status", client, run: RUN } as const;
        const bytes = encodeStop({ ...status, uploads: 3, isStopped: false });
        await this.#socket.send(await KEY.sign(bytes), from);
        said++;
      }
    }
  }

  async end(): Promise<void> {
    await this.#serving;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

// All of them wait for as long as a server may be silent, so they wait together.
Deno.test("stopServer() tells a server that is gone, one that refuses and none at all apart", async () => {
  using silent = new FakeServer(0);
  using dying = new FakeServer(1);
  await withServer({}, async ({ server, count }) => {
    const refusing = { hostname: HOST, port: server.port };
    const uploads: number[] = [];
    const outcomes = await Promise.all([
      stopServer(KEY, silent.address, () => {}),
      stopServer(KEY, dying.address, (it) => uploads.push(it)),
      stopServer(OTHER_KEY, refusing, () => {}),
    ]);
    assertEquals(outcomes, ["silent", "gone", "refused"]);
    assertEquals(uploads, [3]);
    assertEquals(count("stopping"), 0);
  }, { key: KEY });
  await dying.end();
});
