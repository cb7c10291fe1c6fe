/**
 * How a room opens and ends uploads, whatever the disk does meanwhile.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ack, errorOf } from "../harness.ts";
import { look, RoomStage, type StagePart } from "./room_stage.ts";

const ACK_0 = ack(0);
const ACK_1 = ack(1);

function save({ committed }: StagePart): void {
  committed.settle(() => ({ name: "f", replacedBytes: undefined }));
}

function remove({ discarded }: StagePart): void {
  discarded.settle(() => {});
}

/** An upload that is being saved, and one of its port that waits for that. */
function savingAndWaiting(): RoomStage {
  const stage = new RoomStage();
  stage.open(1, 5_000);
  stage.block(0, 5_000, 1, 3);
  stage.open(2, 5_000);
  assertEquals(stage.takeNews(), ["accepted 1", "proven 1"]);
  return stage;
}

Deno.test("Room saves the file of a client that changes its mind, then begins anew", () => {
  const stage = savingAndWaiting();
  stage.finish(save, 1);
  const told = ["stored 1", "closed 1", "accepted 2"];
  assertEquals(stage.takeNews(), told);
  assertEquals(stage.sockets[1]?.takeSent(), [ACK_0]);
});

Deno.test("Room opens only the last upload of a client that changes its mind again", () => {
  const stage = savingAndWaiting();
  // The front may know of the second by then, or that it was refused.
  stage.open(3, 5_000);
  assertEquals(stage.takeNews(), ["refused 2"]);
  stage.order({ kind: "evict", seat: 3, sparesAnswered: false });
  assertEquals(stage.takeNews(), ["refused 3"]);
  stage.open(4, 5_000);
  assertEquals(stage.takeNews(), []);
  assertEquals(stage.parts.size, 1, "nothing is opened beside the first");
  stage.finish(save, 1);
  const told = ["stored 1", "closed 1", "accepted 4"];
  assertEquals(stage.takeNews(), told);
});

Deno.test("Room ends nothing for a request that it has no room for", () => {
  const stage = savingAndWaiting();
  stage.open(3, 5_001);
  stage.block(1, 5_001, 1);
  assertEquals(stage.takeNews(), ["accepted 3", "proven 3"]);
  stage.open(4, 5_000, { evicts: 3 });
  assertEquals(stage.takeNews(), ["refused 4 (no room)"]);
  stage.finish(save, 1);
  const told = ["stored 1", "closed 1", "accepted 2"];
  assertEquals(stage.takeNews(), told);
});

Deno.test("Room spares an upload that was answered while its place was given away", () => {
  const stage = new RoomStage();
  stage.open(1, 5_000);
  stage.open(2, 5_001, { evicts: 1, sparesAnswered: true });
  assertEquals(stage.takeNews(), ["accepted 1", "refused 2 (no room)"]);
  stage.order({ kind: "evict", seat: 1, sparesAnswered: true });
  assertEquals(stage.takeNews(), []);
});

Deno.test("Room opens an upload whose place is that of the one before", () => {
  const stage = new RoomStage();
  stage.open(1, 5_000);
  stage.open(2, 5_000, { evicts: 1 });
  assertEquals(stage.takeNews(), [
    ...["accepted 1", "failed 1 (evicted)", "closed 1", "accepted 2"],
  ]);
});

Deno.test("Room spares an upload that waits, and one whose file is being removed", () => {
  const stage = savingAndWaiting();
  stage.open(3, 5_001, { evicts: 2 });
  assertEquals(stage.takeNews(), ["refused 2", "accepted 3"]);
  stage.block(1, 5_001, 1);
  // A block that is too long, so the upload fails.
  stage.block(1, 5_001, 2, 600);
  assertEquals(stage.takeNews(), ["proven 3", "failed 3 (oversize-block)"]);
  stage.open(4, 5_002, { evicts: 3 });
  assertEquals(stage.takeNews(), ["accepted 4"]);
  // It stays for no other block.
  stage.finish(remove, 3);
  assertEquals(stage.takeNews(), ["closed 3"]);
  // One that is being saved is never spared.
  stage.open(5, 5_003, { evicts: 1 });
  assertEquals(stage.takeNews(), ["refused 5 (no room)"]);
});

Deno.test("Room that drains answers a lost last ACK for a second, however long the disk took", () => {
  const stage = new RoomStage();
  stage.open(1, 5_000);
  stage.block(0, 5_000, 1, 3);
  stage.order({ kind: "drain" });
  stage.clock.pass(300_000, 10);
  stage.sockets[0]?.takeSent();
  stage.finish(save, 1);
  assertEquals(stage.sockets[0]?.takeSent(), [ACK_1]);
  stage.clock.pass(900, 10);
  stage.block(0, 5_000, 1, 3);
  assertEquals(stage.sockets[0]?.takeSent(), [ACK_1]);
  stage.clock.pass(990, 10);
  stage.block(0, 5_000, 1, 3);
  stage.takeNews();
  stage.clock.pass(990, 10);
  assertEquals(stage.takeNews(), []);
  stage.clock.pass(10, 10);
  assertEquals(stage.takeNews(), ["closed 1"]);
});

Deno.test("Room that ends has no word for those who wait, and opens nothing any more", () => {
  for (const kind of ["drain", "stop"] as const) {
    const stage = new RoomStage();
    stage.isQuick = false;
    stage.open(1, 5_000);
    stage.open(2, 5_001);
    stage.order({ kind });
    assertEquals(stage.takeNews(), ["refused 1", "refused 2"], kind);
    stage.finish(look, 1);
    stage.open(3, 5_002);
    assertEquals(stage.takeNews(), ["refused 3"], kind);
    assertEquals(stage.sockets.length, 0, kind);
  }
});

Deno.test("Room counts its buffers until each socket is closed", () => {
  const stage = new RoomStage();
  for (const seat of [1, 2, 3, 4]) stage.open(seat, 5_000 + seat);
  assertEquals(stage.bufferBytes, 4 * 517);
  stage.order({ kind: "evict", seat: 1, sparesAnswered: false });
  assertEquals(stage.bufferBytes, 3 * 517);
  stage.send(1, 5_002, errorOf(0, "bye"));
  assertEquals(stage.bufferBytes, 2 * 517);
  // One is held while its file is saved, the other one just reads.
  stage.block(2, 5_003, 1, 3);
  stage.order({ kind: "stop" });
  assertEquals(stage.bufferBytes, 517);
  stage.finish(save, 3);
  assertEquals(stage.bufferBytes, 0);
  assert(stage.sockets.every(({ isClosed }) => isClosed));
});

Deno.test("Room tells at once that an upload goes on, then once a second how far it is", () => {
  const stage = new RoomStage();
  stage.open(1, 5_000);
  stage.block(0, 5_000, 1);
  assertEquals(stage.progress, [512]);
  for (const block of [2, 3]) stage.block(0, 5_000, block);
  assertEquals(stage.progress, [512]);
  stage.clock.pass(1_000, 10);
  assertEquals(stage.progress, [512, 1_536]);
  stage.clock.pass(3_000, 10);
  stage.block(0, 5_000, 4);
  assertEquals(stage.progress, [512, 1_536, 2_048]);
});

Deno.test("Room tells what keeps it from opening a socket, but not for every client", () => {
  const stage = new RoomStage();
  const told = ["cannot open a port for uploads: Cannot assign address"];
  stage.socketError = new Error("Cannot assign address");
  const BUSY = "0 server is busy - try again later";
  stage.open(1, 5_000);
  assertEquals(stage.takeNews(), [`refused 1 (${BUSY})`]);
  assertEquals(stage.troubles, told);
  stage.open(2, 5_001);
  assertEquals(stage.takeNews(), [`refused 2 (${BUSY})`]);
  assertEquals(stage.troubles, told);
  stage.clock.pass(60_000);
  stage.open(3, 5_002);
  assertEquals(stage.troubles, [...told, ...told]);
});

Deno.test("Room does not complain where it merely has no descriptor left", () => {
  const stage = new RoomStage();
  const error = new Error("Too many open files");
  stage.socketError = Object.assign(error, { code: "EMFILE" });
  stage.open(1, 5_000);
  stage.clock.pass(1_000, 10);
  assertEquals(
    stage.takeNews().at(-1),
    "refused 1 (0 server is busy - try again later)",
  );
  assertEquals(stage.troubles, []);
});
