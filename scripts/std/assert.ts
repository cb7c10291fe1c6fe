/**
 * `@std/assert` from npm, as far as the tests use it.
 *
 * @module
 */

import * as untyped from "deno-std/assert/mod.js";

/** Any constructor, as the real package has it. */
// deno-lint-ignore no-explicit-any -- the real signature has it too.
export type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that an expression is truthy. */
export const assert: (expr: unknown, msg?: string) => asserts expr =
  untyped.assert;
/** Asserts deep equality. */
export const assertEquals: <T>(actual: T, expected: T, msg?: string) => void =
  untyped.assertEquals;
/** Asserts that a value is not `null` or `undefined`. */
export const assertExists: <T>(
  actual: T,
  msg?: string,
) => asserts actual is NonNullable<T> = untyped.assertExists;
/** Asserts that a number is at most another. */
export const assertLessOrEqual: <T>(
  actual: T,
  expected: T,
  msg?: string,
) => void = untyped.assertLessOrEqual;
/** Asserts that a text matches. */
export const assertMatch: (
  actual: string,
  expected: RegExp,
  msg?: string,
) => void = untyped.assertMatch;
/** Asserts that a promise rejects, and with what. */
export const assertRejects: <E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
) => Promise<E> = untyped.assertRejects;
/** Asserts that a text holds another. */
export const assertStringIncludes: (
  actual: string,
  expected: string,
  msg?: string,
) => void = untyped.assertStringIncludes;
/** Asserts that a function throws, and what. */
export const assertThrows: <E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
) => E = untyped.assertThrows;
