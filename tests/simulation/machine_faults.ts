/**
 * Servers whose transfer machine makes a mistake.
 *
 * @module
 */

import type { Packet } from "../../lib/protocol/packet.ts";
import { MACHINE, type Machine } from "../../lib/protocol/transfer.ts";
import type {
  Action,
  Step,
  Transfer,
} from "../../lib/protocol/transfer_state.ts";
import { MAX_BLOCK } from "./expectation.ts";
import type { Fault } from "./faults.ts";
import { REAL } from "./server.ts";

/** The mistakes. */
export const MACHINE_FAULTS: readonly Fault[] = [
  withSteps(
    "sends the last ACK before it saves the file",
    50,
    (step) => does(step, "commit") ? sendFirst(step) : step,
  ),
  withSteps(
    "acknowledges a block before it is written",
    50,
    (step) => does(step, "commit") ? step : sendFirst(step),
  ),
  withSteps(
    "does not dally",
    1_000,
    (step) =>
      step.transfer.phase === "dallying"
        ? { ...step, transfer: { ...step.transfer, deadline: 0 } }
        : step,
  ),
  withSteps(
    "takes a full block for the last",
    50,
    (step) =>
      step.transfer.block === 2 && step.transfer.phase === "receiving" &&
        does(step, "write")
        ? adding(step, { kind: "commit" })
        : step,
  ),
  withSteps("leaves the part behind when an upload fails", 200, (step) => ({
    ...step,
    actions: step.actions.filter(({ kind }) => kind !== "discard"),
  })),
  withReceive("compares block numbers without regard to the wrap", 500, (
    receive,
    packet,
    transfer,
  ) =>
    packet.kind === "data" && packet.block < (transfer.block & 0xffff)
      ? { transfer, actions: [] }
      : receive()),
  withReceive(
    "answers an ERROR with an ERROR",
    200,
    (receive, packet) =>
      packet.kind === "error"
        ? adding(receive(), { kind: "send", packet })
        : receive(),
  ),
  withReceive(
    "writes a repeated block twice",
    50,
    (receive, packet, { block }) =>
      isRepeated(packet, block)
        ? adding(receive(), { kind: "write", payload: packet.payload })
        : receive(),
  ),
  withReceive("takes every 1 behind 65535 for the next block", 4_000, (
    receive,
    packet,
    { block, rollover },
  ) => {
    const isOne = packet.kind === "data" && packet.block === 1 &&
      block === MAX_BLOCK;
    return receive({ rollover: rollover ?? (isOne ? 1 : undefined) });
  }),
  believing("acknowledges every block behind a gap", 300, { gapAcked: false }),
  believing("answers every repeated block, however fast they come", 300, {
    squareAt: -Infinity,
  }),
  believing("does not mind another block 1", 1_000, { firstSum: undefined }),
  believing("takes a late block 1 for the next block", 1_000, {
    sawFirstAgain: true,
  }),
  believing(
    "never tells of a gap nor repeats an ACK for a repeated block",
    1_000,
    { gapAcked: true, squareAt: Infinity },
  ),
  withMachine("stores less than was announced", 1_000, {
    open: (terms, ...given) =>
      MACHINE.open({ ...terms, announcedBytes: undefined }, ...given),
  }),
  withMachine("repeats its answer to a request by itself", 300, {
    expire: (transfer, now) => {
      const step = MACHINE.expire(transfer, now);
      const { phase, reply: packet } = transfer;
      return phase === "opening" && step.actions.length > 0
        ? adding(step, { kind: "send", packet })
        : step;
    },
  }),
  failingAfterStep("fails the transfer as it is after the step", 500),
];

function withMachine(
  name: string,
  within: number,
  worse: Partial<Machine>,
): Fault {
  return {
    name,
    within,
    server: { ...REAL, machine: { ...MACHINE, ...worse } },
  };
}

/** A server that does something else with a packet, or in another state. */
function withReceive(
  name: string,
  within: number,
  worse: (
    receive: (wrong?: Partial<Transfer>) => Step,
    packet: Packet,
    transfer: Transfer,
  ) => Step,
): Fault {
  return withMachine(name, within, {
    receive: (transfer, packet, now) =>
      worse(
        (wrong) => MACHINE.receive({ ...transfer, ...wrong }, packet, now),
        packet,
        transfer,
      ),
  });
}

/** A server that receives every packet in a state that is not the real one. */
function believing(name: string, within: number, it: Partial<Transfer>): Fault {
  return withReceive(name, within, (receive) => receive(it));
}

/** A server whose machine's every step is tampered with. */
function withSteps(
  name: string,
  within: number,
  tamper: (step: Step) => Step,
): Fault {
  return withMachine(name, within, {
    open: (...given) => tamper(MACHINE.open(...given)),
    receive: (...given) => tamper(MACHINE.receive(...given)),
    expire: (...given) => tamper(MACHINE.expire(...given)),
    fail: (...given) => tamper(MACHINE.fail(...given)),
    supersede: (...given) => tamper(MACHINE.supersede(...given)),
    evict: (...given) => tamper(MACHINE.evict(...given)),
  });
}

function failingAfterStep(name: string, within: number): Fault {
  const after = new WeakMap<Transfer, Transfer>();
  return withMachine(name, within, {
    receive: (transfer, ...given) => {
      const step = MACHINE.receive(transfer, ...given);
      after.set(transfer, step.transfer);
      return step;
    },
    fail: (transfer, ...given) =>
      MACHINE.fail(after.get(transfer) ?? transfer, ...given),
  });
}

function does({ actions }: Step, wanted: Action["kind"]): boolean {
  return actions.some(({ kind }) => kind === wanted);
}

function adding({ transfer, actions }: Step, action: Action): Step {
  return { transfer, actions: [...actions, action] };
}

function sendFirst({ transfer, actions }: Step): Step {
  const isSend = ({ kind }: Action) => kind === "send";
  const others = actions.filter((it) => !isSend(it));
  return { transfer, actions: [...actions.filter(isSend), ...others] };
}

function isRepeated(
  packet: Packet,
  block: number,
): packet is Extract<Packet, { kind: "data" }> {
  return packet.kind === "data" && packet.payload.length > 0 && block > 0 &&
    packet.block === (block & 0xffff);
}
