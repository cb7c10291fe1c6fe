/**
 * `@std/path` from npm, as far as it is used here.
 *
 * @module
 */

import * as untyped from "deno-std/path/mod.js";

/** Joins and normalizes a sequence of paths. */
export const join: (path: string | URL, ...paths: string[]) => string =
  untyped.join;
/** Resolves path segments into an absolute path. */
export const resolve: (...pathSegments: string[]) => string = untyped.resolve;
/** The way from one path to another. */
export const relative: (from: string, to: string) => string = untyped.relative;
/** The last portion of a path. */
export const basename: (path: string | URL, suffix?: string) => string =
  untyped.basename;
/** The path of a `file:` URL. */
export const fromFileUrl: (url: string | URL) => string = untyped.fromFileUrl;
