/**
 * A flood as a process of its own: forged datagrams to a port of 127.0.0.1 at a
 * rate, for a time; prints a line when it begins and how many were sent at the
 * end. The senders are any of 127.1.0.0 and above, or one that is named, from
 * the ports that systems choose from, in turn.
 *
 *     forge.ts PORT KIND PER_SECOND SECONDS [SENDER]
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { writeRequest } from "../peer.ts";
import { newSeed, Random } from "../random.ts";
import { print } from "../stress/flags.ts";
import { type Forged, RawSocket } from "./raw_socket.ts";

/** What is forged. */
export type Kind = keyof typeof KINDS;

/** From a number that differs from datagram to datagram to its bytes. */
const KINDS = {
  /** Plain write requests. */
  plain: (n: number) => request(n, {}),
  /** Write requests for the largest blocks. */
  large: (n: number) => request(n, { blksize: "65464" }),
  /** Write requests for large blocks of a huge file. */
  huge: (n: number) => request(n, { blksize: "8192", tsize: "900000000000" }),
  /** Read requests, which are answered with an ERROR. */
  read: (n: number) =>
    encodePacket({
      kind: "rrq",
      filename: `x${n}`,
      mode: "octet",
      options: [],
    }),
} as const;

/** The addresses 127.1.0.0 and above: none that a test's client has. */
const FIRST_SOURCE = 0x7f010000;
const LAST_SOURCE = 0x7ffffffe;
/** The ports of clients that ask for none, on Linux. */
const FIRST_PORT = 32_768;
const PORTS = 28_232;

function request(
  n: number,
  options: Readonly<Record<string, string>>,
): Uint8Array {
  return encodePacket(writeRequest(`forged-${n}`, options));
}

/** From the number of a datagram to who it is from. */
type Sender = (n: number) => Pick<Forged, "source" | "sourcePort">;

function anybody(random: Random): Sender {
  return () => ({
    source: random.int(FIRST_SOURCE, LAST_SOURCE),
    sourcePort: random.int(1_024, 65_535),
  });
}

function everyPortOf(address: string): Sender {
  const source = address.split(".").reduce((sum, it) => sum * 256 + +it, 0);
  return (n) => ({ source, sourcePort: FIRST_PORT + n % PORTS });
}

async function flood(
  port: number,
  payloads: readonly Uint8Array[],
  senderOf: Sender,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number> {
  using socket = new RawSocket(port);
  const since = performance.now();
  let sent = 0;
  while (true) {
    const elapsed = (performance.now() - since) / 1_000;
    const due = Math.floor(Math.min(elapsed, seconds) * perSecond);
    for (; sent < due; sent++) {
      const payload = payloads[sent % payloads.length] ?? new Uint8Array(0);
      socket.add({ ...senderOf(sent), payload });
    }
    socket.flush();
    if (elapsed >= seconds) return sent;
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 1);
    await promise;
  }
}

if (import.meta.main) {
  const [port, kind, perSecond, seconds, sender] = Deno.args;
  const known = Object.keys(KINDS).find((it): it is Kind => it === kind);
  if (known === undefined) throw new Error(`Unknown kind "${kind}"`);
  const random = new Random(newSeed());
  // Encoded before, for that takes longer than to send.
  const payloads = random.list(64, (n) => KINDS[known](n));
  const senderOf = sender === undefined ? anybody(random) : everyPortOf(sender);
  print("flooding");
  const pace = { perSecond: Number(perSecond), seconds: Number(seconds) };
  print(`${await flood(Number(port), payloads, senderOf, pace)}`);
}
