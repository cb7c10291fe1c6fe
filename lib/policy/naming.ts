/**
 * Where a client's file goes, given its name, its address and the time.
 *
 * @module
 */

import type { Peer } from "./address.ts";
import { type Paths, splitPath } from "./asked_path.ts";
import {
  fillTemplate,
  hasField,
  type NameTemplate,
  type Stamps,
  stampTemplate,
} from "./name_template.ts";

/** More files of one name are somebody's mistake. */
export const MAX_VERSION = 10_000;

/** What happens to a file whose name is taken. */
export type OnExists = "replace" | "refuse" | "version";

/** What the operator wants of names. */
export interface NamingRules extends Stamps {
  /** What stored names are made from; `undefined` for what stamps say. */
  readonly template: NameTemplate | undefined;
  /** What becomes of directories in names. */
  readonly paths: Paths;
  /** Characters that are allowed in names besides `A-Z a-z 0-9 . - _`. */
  readonly allowedChars: string;
  /** What happens to a file whose name is taken. */
  readonly onExists: OnExists;
}

/** The name or names to store an upload under, with `/` behind directories. */
export type Target =
  /** Under this name, in place of what a plain file there holds. */
  | { readonly kind: "replace"; readonly name: string }
  /** Under this name if it is free. */
  | { readonly kind: "create"; readonly name: string }
  /** Under the first of these names that is free. */
  | {
    readonly kind: "first-free";
    readonly name: (attempt: number) => string | undefined;
  };

/** What is asked for, by whom and when. */
export interface NamedRequest {
  /** A name that has been checked. */
  readonly filename: string;
  /** Who asks. */
  readonly client: Peer;
  /** The time of the request, milliseconds since 1970. */
  readonly at: number;
}

/** Gives the template that names are made from. */
export function templateOf(rules: NamingRules): NameTemplate {
  return rules.template ?? stampTemplate(rules);
}

/**
 * Names a version of a file: the first is the name itself, the second
 * `name.~2~`. No client can ask for a name with a `~`.
 *
 * @param version The number, from 1 to {@linkcode MAX_VERSION}.
 */
export function versionName(name: string, version: number): string {
  return version === 1 ? name : `${name}.~${version}~`;
}

/**
 * Chooses the name or names to store an upload under.
 *
 * A name with a time stamp is never used twice: if it is taken, because two
 * uploads came in the same millisecond or the clock was set back, the next free
 * millisecond is taken.
 *
 * @param timeStamp Writes a time as `YYYY-MM-DD-HH-MM-SS-mmm`.
 */
export function targetFor(
  rules: NamingRules,
  { filename, client, at }: NamedRequest,
  timeStamp: (epochMs: number) => string,
): Target {
  const template = templateOf(rules);
  const path = splitPath(filename, rules.paths);
  const nameAt = (epochMs: number) =>
    fillTemplate(template, { ...path, client, stamp: timeStamp(epochMs) });
  if (hasField(template, "stamp")) {
    return firstFree((attempt) => nameAt(at + attempt));
  }
  const name = nameAt(at);
  switch (rules.onExists) {
    case "replace":
      return { kind: "replace", name };
    case "refuse":
      return { kind: "create", name };
    case "version":
      return firstFree((attempt) => versionName(name, attempt + 1));
  }
}

function firstFree(name: (attempt: number) => string): Target {
  return {
    kind: "first-free",
    name: (attempt) => attempt < MAX_VERSION ? name(attempt) : undefined,
  };
}
