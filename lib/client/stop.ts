/**
 * The other side of a stop from afar: asks a server to stop and waits until it
 * has.
 *
 * @module
 */

import type { Peer } from "../policy/address.ts";
import {
  type Challenge,
  decodeStop,
  encodeStop,
  NONCE_BYTES,
  type Status,
  type StopMessage,
} from "../protocol/stop_message.ts";
import type { StopKey } from "../stop_key.ts";

/** How it went. */
export type StopOutcome =
  /** The server has stopped. */
  | "stopped"
  /** It answered that it would, and now nobody answers any more. */
  | "gone"
  /** Somebody answers, but does not accept the key. */
  | "refused"
  /** Nobody answers, or a server without a key. */
  | "silent";

const REPEAT_MS = 250;
/** Without an answer for this long there will be none. */
const PATIENCE_MS = 5_000;

/**
 * Stops a server.
 *
 * @param onUploads Called with the number of uploads it still waits for,
 * whenever that changes.
 */
export async function stopServer(
  key: StopKey,
  to: Peer,
  onUploads: (uploads: number) => void,
): Promise<StopOutcome> {
  const isIpv6 = to.hostname.includes(":");
  using connection = new Connection(isIpv6 ? "::" : "0.0.0.0", to);
  const client = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const hello = encodeStop({ kind: "hello", client });
  const challenge = await connection.exchange<Challenge>(
    () => Promise.resolve(hello),
    ({ message }) => message.kind === "challenge" ? message : "not for us",
  );
  if (challenge === undefined) return "silent";
  const run = challenge.run.slice();
  let last: Status | undefined;
  const stopped = await connection.exchange<Status>(
    () =>
      key.sign(encodeStop({ kind: "stop", client, run, sentAt: Date.now() })),
    async ({ message, signed, proof }) => {
      if (message.kind !== "status" || !await key.verify(signed, proof)) {
        return "not for us";
      }
      if (message.isStopped) return message;
      if (message.uploads !== last?.uploads) onUploads(message.uploads);
      last = message;
      return "go on";
    },
  );
  if (stopped !== undefined) return "stopped";
  return last === undefined ? "refused" : "gone";
}

type Judgement<T> = T | "go on" | "not for us";
type Decoded = NonNullable<ReturnType<typeof decodeStop>>;

/** A socket that asks until it is answered. */
class Connection implements Disposable {
  readonly #socket: Deno.DatagramConn;
  readonly #to: Deno.NetAddr;
  /** Datagrams nobody has looked at. */
  #received: Promise<[Uint8Array<ArrayBuffer>, Deno.Addr]> | undefined;

  constructor(hostname: string, { hostname: peer, port }: Peer) {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.#to = { transport: "udp", hostname: peer, port };
  }

  /**
   * Sends, again and again, until an answer settles it. Nobody is given up who
   * answers that it goes on.
   */
  async exchange<T extends StopMessage>(
    question: () => Promise<Uint8Array>,
    judge: (answer: Decoded) => Judgement<T> | Promise<Judgement<T>>,
  ): Promise<T | undefined> {
    let until = performance.now() + PATIENCE_MS;
    while (performance.now() < until) {
      // Sending may fail for a moment; silence is what counts.
      await this.#socket.send(await question(), this.#to).catch(() => {});
      const repeatAt = performance.now() + REPEAT_MS;
      while (true) {
        const bytes = await this.#receiveUntil(repeatAt);
        if (bytes === undefined) break;
        const answer = decodeStop(bytes);
        const judgement = answer && await judge(answer);
        if (judgement === "go on") until = performance.now() + PATIENCE_MS;
        else if (typeof judgement === "object") return judgement;
      }
    }
    return undefined;
  }

  /** A read that outlasts the wait is taken up by the next one. */
  async #receiveUntil(time: number): Promise<Uint8Array | undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(
      () => resolve(undefined),
      Math.max(0, time - performance.now()),
    );
    this.#received ??= this.#socket.receive();
    const result = await Promise.race([this.#received, promise]);
    clearTimeout(timer);
    if (result === undefined) return undefined;
    this.#received = undefined;
    return result[0];
  }

  [Symbol.dispose](): void {
    this.#received?.catch(() => {});
    this.#socket.close();
  }
}
