/**
 * Stories about a machine, as text: what happens and when, and what comes of it.
 * Events stand in lines of their own or between semicolons; what comes of several
 * that happen at once is said once, and `//` begins a remark:
 *
 *     70 data 10: write, ack 10 | 1070; 80 data 9, wrq: nothing
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { DataPacket, Option, Packet } from "../../lib/protocol/packet.ts";

/** Has something happen to a machine: what it is then, and the outcome. */
export type Happen<S> = (
  before: S,
  what: string,
  now: number,
) => readonly [after: S, outcome: string];

/** A story's text, made a test. */
export type Teller = (
  text: TemplateStringsArray,
  ...values: readonly (string | number)[]
) => () => void;

/** Holds a machine to a story; the machine at its end. */
export function playStory<S>(before: S, story: string, happen: Happen<S>): S {
  let machine = before;
  const lines = story.split("\n").map((it) => it.replace(/ *\/\/.*$/, ""));
  for (const event of lines.join("\n").trim().split(/\s*[;\n]\s*/)) {
    const [, now, whats = "", expected] = /^(\S+) (.*?): (.*)$/.exec(event) ??
      [];
    for (const what of whats.split(", ")) {
      const [after, outcome] = happen(machine, what, Number(now));
      assertEquals(outcome, expected, event);
      machine = after;
    }
  }
  return machine;
}

/** Makes tests of stories that begin with a machine. */
export function tellFrom<S>(before: S, happen: Happen<S>): Teller {
  return (text, ...values) => {
    const story = String.raw({ raw: text }, ...values);
    return () => void playStory(before, story, happen);
  };
}

/** Adds a test for each of several stories. */
export function testStories(
  stories: Readonly<Record<string, () => void>>,
): void {
  for (const [name, tell] of Object.entries(stories)) Deno.test(name, tell);
}

/** Phase and deadline as they are said: what is as before, or never, is not. */
export function standing<S extends { phase: string; deadline: number }>(
  after: S,
  before: S,
): string {
  const phase = after.phase === before.phase ? [] : [after.phase];
  const deadline = after.deadline === Infinity ? [] : [after.deadline];
  return [...phase, ...deadline].join(" ") || after.phase;
}

/** What fills a block of 8 bytes. */
export const FULL = "12345678";

/** DATA with a text for its payload; a full block if there is none. */
export function data(block: number, text = FULL): DataPacket {
  return { kind: "data", block, payload: new TextEncoder().encode(text) };
}

/**
 * Reads `wrq`, `rrq`, `data BLOCK [TEXT]` (the text in quotes; a full block if
 * there is none), `ack BLOCK`, `oack [OPTION=VALUE ...]`, `error CODE [TEXT]` or
 * `malformed`.
 */
export function packetOf(text: string): Packet {
  const [, kind = "", number = "", rest = ""] =
    /^(\w+) ?(\S*) ?(.*)$/.exec(text) ?? [];
  switch (kind) {
    case "wrq":
    case "rrq":
      return { kind, filename: "a", mode: "octet", options: [] };
    case "data":
      return data(Number(number), rest === "" ? FULL : rest.slice(1, -1));
    case "ack":
      return { kind, block: Number(number) };
    case "oack":
      return { kind, options: optionsOf(text.slice(5)) };
    case "error":
      return { kind, code: Number(number), message: rest || "no" };
    case "malformed":
      return { kind, opcode: 9, reason: "unknown opcode 9" };
    default:
      throw new Error(`No such packet: ${text}`);
  }
}

/** Options such as `tsize=5 blksize=1024`. */
export function optionsOf(text: string): Option[] {
  return text.split(" ").filter((it) => it !== "").map((it) => {
    const [name = "", value = ""] = it.split("=");
    return { name, value };
  });
}
