/**
 * Templates that stored names are made from, as `{client}/{name}-{date}`.
 *
 * @module
 */

import { groupsOf, type Peer, plainAddress } from "./address.ts";
import type { AskedPath } from "./asked_path.ts";
import { refuseCharacters } from "./characters.ts";

/** What a template can have filled in. */
export type Field = "name" | "client" | "port" | "date" | "time" | "stamp";

/** A text as it is, or a field. */
export type Piece = { readonly text: string } | { readonly field: Field };

/** A template: a list of pieces for each component of the path. */
export type NameTemplate = readonly (readonly Piece[])[];

/** What fields are filled with. */
export interface Filling extends AskedPath {
  /** Who sends. */
  readonly client: Peer;
  /** The time as `YYYY-MM-DD-HH-MM-SS-mmm`. */
  readonly stamp: string;
}

const FIELDS: Readonly<Record<Field, (filling: Filling) => string>> = {
  name: ({ name }) => name,
  client: ({ client }) => stampOf(plainAddress(client.hostname)),
  port: ({ client }) => `${client.port}`,
  date: ({ stamp }) => stamp.slice(0, 10),
  time: ({ stamp }) => stamp.slice(11, 19),
  stamp: ({ stamp }) => stamp,
};
const NAMES = Object.keys(FIELDS).map((it) => `{${it}}`).join(" ");
const HYPHEN: Piece = { text: "-" };

/**
 * Says what is wrong with a template.
 *
 * @returns The reason, or `undefined` if {@linkcode readTemplate} may read it.
 */
export function refuseTemplate(text: string): string | undefined {
  const fields: readonly string[] = text.match(/\{[^{}]*\}/g) ?? [];
  const literal = text.replace(/\{[^{}]*\}/g, "");
  const brace = /[{}]/.exec(literal)?.[0];
  if (brace !== undefined) {
    return `a ${brace} stands alone; the fields are ${NAMES}`;
  }
  const unknown = fields.find((it) => !isField(it.slice(1, -1)));
  if (unknown !== undefined) {
    return `there is no field ${unknown}; the fields are ${NAMES}`;
  }
  if (!fields.includes("{name}")) {
    return `{name} is missing; the fields are ${NAMES}`;
  }
  const bad = refuseCharacters(literal.replaceAll("/", ""));
  if (bad !== undefined) return bad;
  const components = text.split("/");
  if (components.includes("")) return "a directory has no name";
  return components.some((it) => /^[ .-]| $/.test(it))
    ? "no part of a path may begin with . or -, begin or end with a space"
    : undefined;
}

/** Reads a template that {@linkcode refuseTemplate} has nothing against. */
export function readTemplate(text: string): NameTemplate {
  return text.split("/").map((component) =>
    // Fields are every other one of these, and no text is empty.
    component.split(/(\{[a-z]+\})/).filter((it) => it !== "").map((it) => {
      const field = it.slice(1, -1);
      return it.startsWith("{") && isField(field) ? { field } : { text: it };
    })
  );
}

/** Which stamps names have. */
export interface Stamps {
  /** Whether stored names begin with the client's address. */
  readonly ipstamp: boolean;
  /** Whether stored names end with the time. */
  readonly timestamp: boolean;
}

/** Makes the template that stamps amount to. */
export function stampTemplate({ ipstamp, timestamp }: Stamps): NameTemplate {
  const front: Piece[] = ipstamp ? [{ field: "client" }, HYPHEN] : [];
  const back: Piece[] = timestamp ? [HYPHEN, { field: "stamp" }] : [];
  return [[...front, { field: "name" }, ...back]];
}

/** Whether a template has one of these fields. */
export function hasField(
  template: NameTemplate,
  ...fields: readonly Field[]
): boolean {
  return template.flat()
    .some((piece) => "field" in piece && fields.includes(piece.field));
}

/**
 * Fills in a template. The client's own directories stand in front of the first
 * component with its name.
 *
 * Of IPv6 all eight groups are written, with four digits each and hyphens for
 * the colons, which are special on some file systems:
 * `fd77-0000-0000-0000-0000-0000-0000-0009-file.txt`. In any shorter form the
 * name of one client's file could be that of another's, or begin with a hyphen.
 *
 * @returns A path with `/` between its components.
 */
export function fillTemplate(template: NameTemplate, filling: Filling): string {
  const at = template.findIndex((pieces) => hasField([pieces], "name"));
  return template.flatMap((pieces, i) => {
    const component = pieces
      .map((it) => "field" in it ? FIELDS[it.field](filling) : it.text)
      .join("");
    return i === at ? [...filling.directories, component] : [component];
  }).join("/");
}

function isField(name: string): name is Field {
  return Object.hasOwn(FIELDS, name);
}

function stampOf(ip: string): string {
  return ip.includes(":")
    ? groupsOf(ip).map((group) => group.padStart(4, "0")).join("-")
    : ip;
}
