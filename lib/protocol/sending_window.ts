/**
 * What an ACK does to a file being sent, and which blocks go out (RFC 7440).
 *
 * No block is sent twice because an ACK came twice (Sorcerer's Apprentice,
 * RFC 1123 4.2.3.1): what sends one again is an ACK that shows a gap, or the
 * timer.
 *
 * @module
 */

import { withSample } from "./round_trip.ts";
import {
  isAnswerDue,
  nextSendingDeadline,
  repeatAfterMs,
  type Sending,
  type SendingStep,
} from "./sending_state.ts";

/** Eight times what was expected, should the server have become that slow. */
const MAX_KEPT_REPEATS = 3;

/**
 * Takes in an ACK of the transfer.
 *
 * @param sending The state as it is, in the phase `sending`.
 * @param wire The number in the ACK.
 */
export function receiveAck(
  sending: Sending,
  wire: number,
  now: number,
): SendingStep {
  const { acked, sent, last, sentAt, quickestMs } = sending;
  // How far it moves on, on the circle of 65536; a window has less than that.
  const ahead = (wire - acked) & 0xffff;
  if (ahead > sent - acked) return { sending, actions: [] };
  if (ahead === 0) {
    return isGapAtStart(sending, now)
      ? goBack(sending, now)
      : { sending, actions: [] };
  }
  const block = acked + ahead;
  const isAnswer = canAnswer(sending, now);
  const moved: Sending = {
    ...sending,
    acked: block,
    askedAt: now,
    quickestMs: isAnswer
      ? Math.min(quickestMs || Infinity, now - sentAt)
      : quickestMs,
    ...timeAnswer(sending, block, now),
  };
  if (block === last) {
    return {
      sending: { ...moved, phase: "saved", deadline: Infinity },
      actions: [],
    };
  }
  return block < sent && isAnswer ? goBack(moved, now) : sendNew(moved, now);
}

/**
 * An ACK shows the round trip if it answers all that is under way, and what it
 * names was sent once only: else nobody knows which time. Until one does, the
 * wait stays as long as it had to be (Karn's algorithm, RFC 6298 section 3).
 */
function timeAnswer(
  sending: Sending,
  block: number,
  now: number,
): Pick<Sending, "repeats" | "roundTrip"> {
  const { sent, resent, askedAt, repeats, roundTrip } = sending;
  return block === sent && sent > resent && isAnswerDue(sending)
    ? { repeats: 0, roundTrip: withSample(roundTrip, now - askedAt) }
    : { repeats: Math.min(repeats, MAX_KEPT_REPEATS), roundTrip };
}

/**
 * Sends what is ready and was never sent, as far as the window goes.
 *
 * @param sending The state as it is, in the phase `sending`.
 */
export function sendNew(sending: Sending, now: number): SendingStep {
  const first = sending.sent + 1;
  const last = windowEnd(sending);
  const grown = last < first
    ? sending
    : { ...sending, sent: last, askedAt: now, sentAt: now };
  return {
    sending: { ...grown, deadline: nextSendingDeadline(grown, now) },
    actions: last < first ? [] : [{ kind: "blocks", first, last }],
  };
}

/**
 * Sends the whole window again behind the last block acknowledged.
 *
 * @param sending The state as it is, in the phase `sending`.
 */
export function goBack(sending: Sending, now: number): SendingStep {
  const { acked, sent } = sending;
  const last = windowEnd(sending);
  const back: Sending = {
    ...sending,
    sent: last,
    resent: sent,
    sentAt: now,
    askedAt: last > sent ? now : sending.askedAt,
  };
  return {
    sending: { ...back, deadline: nextSendingDeadline(back, now) },
    actions: last > acked ? [{ kind: "blocks", first: acked + 1, last }] : [],
  };
}

/** The last block that is ready and that the window has room for. */
function windowEnd({ acked, sent, ready, windowsize }: Sending): number {
  return Math.max(sent, Math.min(ready, acked + windowsize));
}

/**
 * Whether a repeated ACK tells of a window whose first block got lost. In
 * lock-step it never does. If the block it names was sent twice, its ACK may
 * come twice for that; by this a window goes back only once. But what comes so
 * late that all must have been answered is the server's own timer.
 */
function isGapAtStart(sending: Sending, now: number): boolean {
  const { windowsize, acked, sent, resent, sentAt } = sending;
  const isSentOnce = acked > resent || resent === 0;
  const isLate = now - sentAt >= repeatAfterMs(sending);
  return windowsize > 1 && sent > acked &&
    (isLate || isSentOnce && canAnswer(sending, now));
}

/**
 * Whether an ACK can answer what was sent last. One that comes far sooner than
 * any did so far answers something before that.
 */
function canAnswer({ sentAt, quickestMs }: Sending, now: number): boolean {
  return now - sentAt >= quickestMs / 2;
}
