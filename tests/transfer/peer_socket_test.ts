import { assert, assertEquals } from "@std/assert";
import { Outbox } from "../../lib/transfer/outbox.ts";
import { PeerSocket } from "../../lib/transfer/peer_socket.ts";
import { ManualClock } from "../manual_clock.ts";
import { ManualSocket } from "../manual_socket.ts";

const PEER = { hostname: "192.0.2.7", port: 50_312 };
const ACK = { kind: "ack", block: 7 } as const;
const ERROR = { kind: "error", code: 0, message: "no more" } as const;
const OACK = { kind: "oack", options: [] } as const;

/** A socket of an upload, and the one below it. */
function stage() {
  const clock = new ManualClock();
  const below = new ManualSocket(clock);
  const socket = new PeerSocket(below, PEER, 512, {
    ...{ clock, showsPackets: false, tell: () => {}, countBuffer: () => {} },
    outbox: new Outbox(clock, () => {}, () => {}),
    mayAnswer: () => true,
  }, () => {});
  return { clock, below, socket };
}

Deno.test("send() keeps the ACK of a block for the end of the turn", () => {
  const { clock, below, socket } = stage();
  socket.send(ACK);
  assertEquals(below.takeSent(), []);
  clock.settle();
  assertEquals(below.takeSent(), [ACK]);
});

Deno.test("send() lets everything else leave at once, behind the ACK before it", () => {
  for (const packet of [ERROR, OACK]) {
    const { clock, below, socket } = stage();
    socket.send(ACK);
    socket.send(packet);
    // Its socket may be closed before the turn ends.
    assertEquals(below.takeSent(), [ACK, packet], packet.kind);
    clock.settle();
    assertEquals(below.takeSent(), [], packet.kind);
  }
});

Deno.test("close() sends the ACK that waits before it closes", () => {
  const { below, socket } = stage();
  socket.send(ACK);
  socket.close();
  assertEquals(below.takeSent(), [ACK]);
  assert(below.isClosed);
});
