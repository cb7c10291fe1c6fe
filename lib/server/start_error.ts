/**
 * Why a server cannot start, in words for the person who started it.
 *
 * @module
 */

import { formatEndpoint } from "../policy/address.ts";

/** A server cannot start; nothing was changed. */
export class StartError extends Error {
  /** What leads out. */
  readonly hint: string;

  /** Makes an error from what is wrong and what leads out. */
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
    this.hint = hint;
  }
}

/** Ports below this need privileges on Unix. */
const FIRST_FREE_PORT = 1024;

/**
 * Explains why a socket could not be opened.
 *
 * @param error What the runtime threw, or an error of the same name.
 * @param hostname The address asked for.
 * @param port The port asked for.
 */
export function explainListen(
  error: unknown,
  hostname: string,
  port: number,
): StartError {
  // By name: the error comes from another thread.
  const name = error instanceof Error ? error.name : "";
  const [reason, hint] = name === "AddrInUse"
    ? ["the port is taken", "stop the other server or try another --port"]
    : name === "AddrNotAvailable"
    ? [
      "this machine does not have the address",
      "name one of its own with --bind, or leave --bind out",
    ]
    : name === "PermissionDenied" && port < FIRST_FREE_PORT
    ? [
      "permission denied",
      `ports below ${FIRST_FREE_PORT} need privileges; try --port 6969`,
    ]
    : name === "NotCapable"
    ? [
      "Deno may not listen there and answer everybody",
      "run it with --allow-net, without a list",
    ]
    : [textOf(error), "check --bind and --port"];
  return new StartError(
    `cannot listen on ${formatEndpoint(hostname, port)}: ${reason}`,
    hint,
    { cause: error },
  );
}

/**
 * Explains why a directory cannot be used.
 *
 * @param error What {@linkcode UploadDirectory.open} threw.
 * @param path The directory asked for.
 */
export function explainDirectory(error: unknown, path: string): StartError {
  const cause = error instanceof Error ? error.cause : undefined;
  const { NotCapable, NotFound, PermissionDenied } = Deno.errors;
  const [reason, hint] = cause instanceof NotFound
    ? ["it does not exist", "create it, or name another with --dir"]
    : cause instanceof PermissionDenied
    ? [
      "permission denied",
      "make it writable for this user, or name another with --dir",
    ]
    : cause instanceof NotCapable
    ? [
      "Deno may not write there",
      "grant it with --allow-read and --allow-write, or use another --dir",
    ]
    : isReadOnly(cause)
    ? [
      "the file system is read-only",
      "make it writable, or name another with --dir",
    ]
    : [textOf(error), "name another with --dir"];
  return new StartError(
    `cannot store uploads in "${path}": ${reason}`,
    hint,
    { cause: error },
  );
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EROFS";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
