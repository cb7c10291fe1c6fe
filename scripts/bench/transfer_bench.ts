/**
 * Times the state machine of an upload. Each group is compared with a mere copy
 * of the payload, for the machine's mood changes both alike.
 *
 * A step depends on nothing but its arguments, so the same one can be taken
 * again and again.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { DataPacket } from "../../lib/protocol/packet.ts";
import type { TransferTerms } from "../../lib/protocol/terms.ts";
import { open, receive } from "../../lib/protocol/transfer.ts";
import type { Transfer } from "../../lib/protocol/transfer_state.ts";

const BLKSIZE = 1_468;
const UPLOAD_BLOCKS = 1_000;
const WINDOWSIZE = 16;
const LOCK_STEP = 1;
/** In the middle of a window: the next block brings about no ACK. */
const MID_WINDOW = WINDOWSIZE + 3;
const NOW = 1_000;
/** By now an answer is old enough to be repeated. */
const LATER = 60_000;

const PAYLOAD: Uint8Array = new Uint8Array(BLKSIZE).fill(0xa5);

/** Where results go, lest the compiler see that nobody needs them. */
const kept: [unknown] = [undefined];

function termsWith(windowsize: number): TransferTerms {
  return {
    blksize: BLKSIZE,
    windowsize,
    timeoutMs: 1_000,
    minTimeoutMs: 20,
    announcedBytes: undefined,
    rollover: undefined,
    idleMs: 120_000,
    durationMs: 86_400_000,
    maxBytes: Infinity,
  };
}

function blockOf(block: number): DataPacket {
  return { kind: "data", block, payload: PAYLOAD };
}

/** A transfer that has got this many blocks in order. */
function transferAt(block: number, windowsize: number): Transfer {
  const reply = { kind: "ack", block: 0 } as const;
  let { transfer } = open(termsWith(windowsize), reply, NOW);
  for (let next = 1; next <= block; next++) {
    ({ transfer } = receive(transfer, blockOf(next), NOW));
  }
  return transfer;
}

/** From the request to the last of the blocks. */
function upload(take: (block: number) => DataPacket, windowsize: number): void {
  const reply = { kind: "ack", block: 0 } as const;
  let step = open(termsWith(windowsize), reply, NOW);
  for (let block = 1; block <= UPLOAD_BLOCKS; block++) {
    step = receive(step.transfer, take(block), NOW);
    kept[0] = step;
  }
}

/** As the driver does: from the bytes of a block to the bytes of its ACK. */
function uploadBytes(datagram: Uint8Array, windowsize: number): void {
  const reply = { kind: "ack", block: 0 } as const;
  let step = open(termsWith(windowsize), reply, NOW);
  for (let block = 1; block <= UPLOAD_BLOCKS; block++) {
    datagram[2] = block >> 8;
    datagram[3] = block;
    step = receive(step.transfer, decodePacket(datagram), NOW);
    for (const action of step.actions) {
      kept[0] = action.kind === "send" ? encodePacket(action.packet) : action;
    }
  }
}

function benchSteps(): void {
  const group = "one block";
  const copy = new Uint8Array(BLKSIZE);
  const bench = (
    name: string,
    transfer: Transfer,
    { block, now }: { readonly block: number; readonly now: number },
  ) => {
    const packet = blockOf(block);
    const fn = () => {
      kept[0] = receive(transfer, packet, now);
    };
    Deno.bench({ name, group, fn });
  };
  Deno.bench({
    name: `copy the ${BLKSIZE} bytes of a block`,
    group,
    baseline: true,
    fn: () => copy.set(PAYLOAD),
  });
  const lockStep = transferAt(10, LOCK_STEP);
  const window = transferAt(MID_WINDOW, WINDOWSIZE);
  bench("in order, lock-step", lockStep, { block: 11, now: NOW });
  bench("in order, within a window of 16", window, {
    block: MID_WINDOW + 1,
    now: NOW,
  });
  bench("duplicate, ignored", lockStep, { block: 10, now: NOW });
  bench("duplicate, ACK repeated", lockStep, { block: 10, now: LATER });
  bench("gap", window, { block: MID_WINDOW + 2, now: NOW });
}

function benchUploads(): void {
  const group = `upload of ${UPLOAD_BLOCKS} blocks`;
  const copy = new Uint8Array(UPLOAD_BLOCKS * BLKSIZE);
  Deno.bench({
    name: `copy ${UPLOAD_BLOCKS} blocks`,
    group,
    baseline: true,
    fn: () => {
      for (let block = 0; block < UPLOAD_BLOCKS; block++) {
        copy.set(PAYLOAD, block * BLKSIZE);
      }
    },
  });
  const datagram = encodePacket(blockOf(1));
  for (const windowsize of [LOCK_STEP, WINDOWSIZE]) {
    const how = windowsize === LOCK_STEP ? "lock-step" : `window ${windowsize}`;
    Deno.bench({
      name: `machine, ${how}`,
      group,
      fn: () => upload(blockOf, windowsize),
    });
    Deno.bench({
      name: `machine and codec, ${how}`,
      group,
      fn: () => uploadBytes(datagram, windowsize),
    });
  }
}

benchSteps();
benchUploads();
