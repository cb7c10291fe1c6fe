import { assert, assertEquals } from "@std/assert";
import {
  ask,
  breakOff,
  deadlineOf,
  type Drive,
  grantWish,
  hold,
  passTime,
  proceed,
  receivePacket,
  start,
  yieldPlace,
} from "../../lib/protocol/drive.ts";
import {
  evict,
  expire,
  fail,
  MACHINE,
  open,
  receive,
  supersede,
} from "../../lib/protocol/transfer.ts";
import type {
  Action,
  Step,
  Transfer,
} from "../../lib/protocol/transfer_state.ts";
import {
  atBlock,
  dallying,
  DISK_FULL,
  failed,
  OACK,
  opened,
  TERMS,
} from "./scenario.ts";
import { data } from "./story.ts";

const COMMIT: Action = { kind: "commit" };
const ACK_6: Action = { kind: "send", packet: { kind: "ack", block: 6 } };

/** A drive with nothing left to do. */
function idle(transfer: Transfer, heldMs = 0): Drive {
  return {
    ...{ transfer, actions: [], before: transfer },
    ...{ heldAt: undefined, heldMs, wish: undefined },
  };
}

/** A drive that took a step from a transfer. */
function stepped(before: Transfer, step: Step, heldMs = 0): Drive {
  return { ...idle(before, heldMs), ...step };
}

/** The step that closes a transfer which has ended already. */
function closing(before: Transfer): Step {
  const transfer = { ...before, phase: "closed", deadline: Infinity } as const;
  return { transfer, actions: [] };
}

/** A drive that waits since 100 for the last block to be written. */
function held(): Drive {
  const step = receivePacket(MACHINE, idle(atBlock(5)), data(6, "end"), 70);
  return hold(step, step.actions.slice(1), 100);
}

Deno.test("start() answers the request", () => {
  const step = open(TERMS, OACK, 70);
  const expected = stepped(step.transfer, step);
  assertEquals(start(MACHINE, TERMS, OACK, 70), expected);
});

Deno.test("receivePacket() takes a step, by the time without storage's, and remembers whence", () => {
  const before = atBlock(5);
  for (const heldMs of [0, 500]) {
    const expected = stepped(before, receive(before, data(6), 70), heldMs);
    const drive = idle(before, heldMs);
    const at = 70 + heldMs;
    assertEquals(receivePacket(MACHINE, drive, data(6), at), expected);
  }
});

Deno.test("passTime() does what is due by the time without storage's", () => {
  const before = atBlock(5);
  const drive = idle(before, 500);
  assertEquals(passTime(MACHINE, drive, 1_499), drive);
  const expected = stepped(before, expire(before, 1_000), 500);
  assertEquals(expected.actions.length, 1);
  assertEquals(passTime(MACHINE, drive, 1_500), expected);
});

Deno.test("hold() keeps the rest of the actions and the step's beginning", () => {
  const before = atBlock(5);
  const { transfer } = receive(before, data(6, "end"), 70);
  assertEquals(held(), {
    ...{ transfer, actions: [COMMIT, ACK_6], before },
    ...{ heldAt: 100, heldMs: 0, wish: undefined },
  });
});

Deno.test("receivePacket() and passTime() do nothing while storage is waited for", () => {
  const drive = held();
  assert(receivePacket(MACHINE, drive, data(6, "end"), 900) === drive);
  assert(passTime(MACHINE, drive, 1e9) === drive);
});

Deno.test("proceed() adds up the time that storage took", () => {
  const drive = held();
  const written = proceed(drive, 350);
  assertEquals(written, { ...drive, heldAt: undefined, heldMs: 250 });
  const saved = proceed(hold(written, [ACK_6], 400), 1_000);
  assertEquals(saved, {
    ...drive,
    ...{ actions: [ACK_6], heldAt: undefined, heldMs: 850 },
  });
});

Deno.test("breakOff() fails the transfer as it was before the step", () => {
  const drive = held();
  // So no ACK is left, for nothing was stored.
  const step = fail(atBlock(5), DISK_FULL.code, DISK_FULL.message, 100);
  assertEquals(step.actions[0], { kind: "send", packet: DISK_FULL });
  assertEquals(breakOff(MACHINE, drive, DISK_FULL, 350), {
    ...stepped(drive.transfer, step, 250),
  });
});

Deno.test("deadlineOf() puts off what is due by the time that storage took", () => {
  assertEquals(deadlineOf(idle(atBlock(5))), 1_000);
  assertEquals(deadlineOf(idle(atBlock(5), 500)), 1_500);
  assertEquals(deadlineOf(held()), Infinity);
  assertEquals(deadlineOf(idle(supersede(atBlock(5)).transfer)), Infinity);
});

Deno.test("ask() supersedes without a word", () => {
  const before = atBlock(5);
  const expected = stepped(before, supersede(before));
  assertEquals(expected.actions.map(({ kind }) => kind), ["discard"]);
  assertEquals(ask(MACHINE, idle(before), "supersede", 70), expected);
});

Deno.test("ask() stops by an ERROR and leaves nobody to repeat it", () => {
  const before = atBlock(5);
  const message = "server is shutting down";
  const failed = fail(before, 0, message, 70);
  assertEquals(failed.actions.map(({ kind }) => kind), ["send", "discard"]);
  assertEquals(ask(MACHINE, idle(before, 500), "stop", 570), {
    ...stepped(before, closing(failed.transfer), 500),
    actions: failed.actions,
  });
});

Deno.test("ask() fails by an ERROR where there is nowhere to store, unless it is saved", () => {
  const before = atBlock(5);
  const step = fail(before, 2, "upload directory is not available", 70);
  assertEquals(step.actions.map(({ kind }) => kind), ["send", "discard"]);
  const expected = stepped(before, step, 500);
  assertEquals(ask(MACHINE, idle(before, 500), "fail", 570), expected);
  const saved = idle(dallying());
  assertEquals(ask(MACHINE, saved, "fail", 70), saved);
});

Deno.test("ask() leaves alone what is saved, and closes it", () => {
  for (const wish of ["supersede", "stop"] as const) {
    const before = dallying();
    const expected = stepped(before, closing(before));
    assertEquals(ask(MACHINE, idle(before), wish, 70), expected);
  }
});

Deno.test("ask() lets a wish wait for storage, that to stop above all", () => {
  const rows = [
    [["supersede"], "supersede"],
    [["stop"], "stop"],
    [["supersede", "stop"], "stop"],
    [["stop", "supersede"], "stop"],
    [["supersede", "supersede"], "supersede"],
  ] as const;
  for (const [wishes, wish] of rows) {
    let drive = held();
    for (const it of wishes) drive = ask(MACHINE, drive, it, 200);
    assertEquals(drive, { ...held(), wish });
  }
});

Deno.test("grantWish() grants what waited, once all actions are performed", () => {
  const drive = proceed(ask(MACHINE, held(), "supersede", 200), 350);
  assertEquals(drive.actions, [COMMIT, ACK_6]);
  const granted = grantWish(MACHINE, drive, 400);
  // The file is saved, so nothing is discarded.
  const { transfer } = drive;
  assertEquals(granted, stepped(transfer, closing(transfer), 250));
  assert(granted !== undefined);
  assertEquals(grantWish(MACHINE, granted, 400), undefined);
});

Deno.test("grantWish() stops by the time without storage's", () => {
  const before = receivePacket(MACHINE, idle(atBlock(5)), data(6), 70);
  const waiting = ask(MACHINE, hold(before, [ACK_6], 100), "stop", 200);
  const granted = grantWish(MACHINE, proceed(waiting, 350), 350);
  assertEquals(granted?.transfer.repliedAt, 100);
  assertEquals(granted?.transfer.phase, "closed");
  assertEquals(granted?.actions.map(({ kind }) => kind), ["send", "discard"]);
});

Deno.test("grantWish() discards nothing twice when storage failed meanwhile", () => {
  for (const wish of ["supersede", "stop"] as const) {
    const waiting = ask(MACHINE, held(), wish, 200);
    const broken = breakOff(MACHINE, waiting, DISK_FULL, 350);
    assertEquals(broken.wish, wish);
    const { transfer } = broken;
    const expected = stepped(transfer, closing(transfer), 250);
    assertEquals(grantWish(MACHINE, broken, 350), expected);
  }
});

Deno.test("yieldPlace() lets go whose peer sent no block, or who has ended", () => {
  for (const before of [opened(), dallying(), failed()]) {
    const expected = stepped(before, evict(before));
    assertEquals(yieldPlace(MACHINE, idle(before)), expected);
  }
  assertEquals(yieldPlace(MACHINE, idle(atBlock(5))), undefined);
  assertEquals(yieldPlace(MACHINE, held()), undefined);
});
