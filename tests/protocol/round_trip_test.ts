import { assert, assertEquals } from "@std/assert";
import { expire, receive } from "../../lib/protocol/transfer.ts";
import { timeoutOf, type Transfer } from "../../lib/protocol/transfer_state.ts";
import { data, opened, WRQ } from "./scenario.ts";

const WINDOWSIZE = 4;
const FULL = "12345678";

/**
 * Plays windows whose first block comes a round trip after the first ACK of the
 * window before, and looks at the clock every millisecond.
 *
 * @returns The transfer and how many ACKs each window cost.
 */
function playWindows(
  before: Transfer,
  roundTripMs: number,
  windows: number,
): { transfer: Transfer; acks: number[] } {
  let transfer = before;
  let now = transfer.repliedAt;
  const acks: number[] = [];
  for (let window = 0; window < windows; window++) {
    let sent = 0;
    const blocksAt = now + roundTripMs;
    for (; now < blocksAt; now++) {
      const step = expire(transfer, now);
      transfer = step.transfer;
      sent += step.actions.length;
    }
    for (let i = 0; i < WINDOWSIZE; i++) {
      const packet = data(transfer.block + 1, FULL);
      const step = receive(transfer, packet, now);
      transfer = step.transfer;
      sent += step.actions.filter(({ kind }) => kind === "send").length;
    }
    acks.push(sent);
  }
  return { transfer, acks };
}

function start(): Transfer {
  return opened({ windowsize: WINDOWSIZE, minTimeoutMs: 30 });
}

for (const [fast, slow] of [[5, 400], [200, 500], [1, 31]] as const) {
  Deno.test(`a peer whose round trip grows from ${fast} to ${slow} ms is bothered for a while only`, () => {
    const { transfer } = playWindows(start(), fast, 20);
    const { acks } = playWindows(transfer, slow, 30);
    assert((acks[0] ?? 0) > 1, "The first one is taken for lost");
    assertEquals(acks.slice(-20), Array(20).fill(1));
  });
}

Deno.test("a peer that becomes faster is asked sooner again", () => {
  const { transfer } = playWindows(start(), 400, 10);
  assert(timeoutOf(transfer) >= 400);
  const later = playWindows(transfer, 5, 60);
  assertEquals(timeoutOf(later.transfer), 30);
});

Deno.test("a request that is repeated does not make its peer look fast", () => {
  const asked = receive(start(), { ...WRQ }, 590).transfer;
  const { transfer } = receive(asked, data(1, FULL), 600);
  assertEquals(transfer.roundTrip, { meanMs: 600, deviationMs: 300 });
});
