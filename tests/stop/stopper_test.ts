import { assertEquals } from "@std/assert";
import { decodeStop, encodeStop } from "../../lib/protocol/stop_message.ts";
import { StopKey } from "../../lib/stop/key.ts";
import { stopServer } from "../../lib/stop/stopper.ts";

const KEY = new Uint8Array(32).fill(1);
const RUN = new Uint8Array(16).fill(4);

/** Answers as a server does that says something of itself once, if at all. */
class FakeServer implements Disposable {
  readonly #socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  readonly #key: StopKey;
  readonly #serving: Promise<void>;

  constructor(key: StopKey, words: number) {
    this.#key = key;
    this.#serving = this.#serve(words);
  }

  get address(): { hostname: string; port: number } {
    const { hostname, port } = this.#socket.addr as Deno.NetAddr;
    return { hostname, port };
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
        const status = {
          kind: "status",
          client,
          run: RUN,
          uploads: 3,
        } as const;
        const bytes = encodeStop({ ...status, isStopped: false });
        await this.#socket.send(await this.#key.sign(bytes), from);
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

// Both wait for as long as a server may be silent, so they wait together.
Deno.test("stopServer() tells a server that is gone from none at all", async () => {
  const key = await StopKey.from(KEY);
  using silent = new FakeServer(key, 0);
  using dying = new FakeServer(key, 1);
  const uploads: number[] = [];
  const outcomes = await Promise.all([
    stopServer(key, silent.address, () => {}),
    stopServer(key, dying.address, (it) => uploads.push(it)),
  ]);
  assertEquals(outcomes, ["silent", "gone"]);
  assertEquals(uploads, [3]);
  await dying.end();
});
