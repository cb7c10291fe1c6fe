/**
 * What can go wrong in the upload directory, in the few kinds that make a
 * difference to anyone.
 *
 * @module
 */

import { textOf } from "../problem.ts";

/**
 * - `full`: no space, no quota, or the file is larger than possible.
 * - `denied`: no right to write here.
 * - `blocked`: something that is no plain file has the name.
 * - `astray`: a directory of the name is none, or leads to another disk.
 * - `exists`: a file has the name and may not be replaced.
 * - `gone`: the directory is, or another one is in its place.
 * - `failed`: anything else, a broken disk for example.
 */
export type StorageFault =
  | "full"
  | "denied"
  | "blocked"
  | "astray"
  | "exists"
  | "gone"
  | "failed";

/** Thrown where an upload cannot go on; `cause` holds the original error. */
export class StorageError extends Error {
  /** What kind of trouble it is. */
  readonly fault: StorageFault;

  /** Makes an error with a text for the operator; paths are allowed in it. */
  constructor(fault: StorageFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageError";
    this.fault = fault;
  }
}

/** Codes of a full disk: no space, quota used up, file size limit. */
const FULL_CODES = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/**
 * Turns what the runtime throws into a {@linkcode StorageError}.
 *
 * @param action What was tried, as in "cannot write".
 */
export function asStorageError(action: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const reason = textOf(error);
  return new StorageError(faultOf(error), `cannot ${action}: ${reason}`, {
    cause: error,
  });
}

/**
 * How often it is tried again to open a file or a socket when the process may
 * open no more: the front makes room meanwhile, and a client repeats itself after
 * a second or more, until then.
 */
export const RETRY: { readonly everyMs: number; readonly tries: number } = {
  everyMs: 20,
  tries: 25,
};

/**
 * Whether an error says that the process may open no more files or sockets.
 *
 * @param error What opening one threw.
 */
export function isOutOfDescriptors(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EMFILE";
}

/**
 * Whether an error says that something is not there.
 *
 * @param error What {@linkcode asStorageError} made of it.
 */
export function isNotFound(error: unknown): boolean {
  return error instanceof StorageError &&
    error.cause instanceof Deno.errors.NotFound;
}

/** Whether an error says that something lies on another file system. */
export function isOnAnotherDisk(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EXDEV";
}

function faultOf(error: unknown): StorageFault {
  if (
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable
  ) return "denied";
  if (error instanceof Deno.errors.AlreadyExists) return "exists";
  if (error instanceof Deno.errors.IsADirectory) return "blocked";
  if (error instanceof Deno.errors.NotADirectory || isOnAnotherDisk(error)) {
    return "astray";
  }
  if (error instanceof Error && "code" in error) {
    if (FULL_CODES.has(String(error.code))) return "full";
    if (error.code === "EROFS") return "denied";
  }
  return "failed";
}
