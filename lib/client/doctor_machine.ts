/**
 * Looks at the machine and the program's rights on it.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import type { Found } from "./doctor_text.ts";

/** A clock that says less was never set; one that says more is wrong too. */
const YEARS = { first: 2025, last: 2100 } as const;

/** Rights that a server uses, and what it is without them. */
const USED: readonly (readonly [
  descriptor: Deno.PermissionDescriptor,
  message: string,
  hint: string,
])[] = [
  [
    { name: "net" },
    "it may use a part of the network only",
    "clients elsewhere need --allow-net, without a list",
  ],
  [
    { name: "sys", kind: "statfs" },
    "it cannot see how full the disk is",
    "allow it with --allow-sys=statfs",
  ],
  [
    { name: "sys", kind: "networkInterfaces" },
    "it cannot see the addresses of this machine",
    "allow it with --allow-sys=networkInterfaces",
  ],
];
/** Rights that it has no use for. */
const UNUSED: readonly Deno.PermissionDescriptor[] = [
  { name: "run" },
  { name: "ffi" },
  { name: "env" },
];

/** Looks which rights the program has, but for those to the directory. */
export async function checkRights(): Promise<Found[]> {
  const found: Found[] = [];
  for (const [descriptor, message, hint] of USED) {
    if (await isGranted(descriptor)) continue;
    found.push({ verdict: "warning", message, hint });
  }
  const idle: string[] = [];
  for (const descriptor of UNUSED) {
    if (await isGranted(descriptor)) idle.push(`--allow-${descriptor.name}`);
  }
  if (idle.length > 0) {
    found.push({
      verdict: "warning",
      message: "it may do more than it has to",
      hint: `leave out ${idle.join(" and ")}, and -A that means all`,
    });
  }
  if (found.length > 0) return found;
  return [{ verdict: "ok", message: "it may do what it has to, and no more" }];
}

/**
 * Judges what the clock says.
 *
 * @param isStamped Whether names get it.
 */
export function judgeClock(now: Date, isStamped: boolean): Found {
  const minutes = -now.getTimezoneOffset();
  const two = (n: number) => `${Math.floor(n)}`.padStart(2, "0");
  const zone = (minutes < 0 ? "-" : "+") + two(Math.abs(minutes) / 60) + ":" +
    two(Math.abs(minutes) % 60);
  const time = `${format(now, "yyyy-MM-dd HH:mm:ss")} ${zone}`;
  const year = now.getFullYear();
  if (year < YEARS.first || year > YEARS.last) {
    return {
      verdict: isStamped ? "problem" : "warning",
      message: `it says ${time}, which cannot be`,
      hint: "set it, with timedatectl set-ntp true for example",
    };
  }
  const use = isStamped ? "as names get it" : "as --timestamp has it";
  return { verdict: "ok", message: `it is ${time} here, ${use}` };
}

async function isGranted(
  descriptor: Deno.PermissionDescriptor,
): Promise<boolean> {
  return (await Deno.permissions.query(descriptor)).state === "granted";
}
