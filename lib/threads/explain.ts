/**
 * Why a server cannot start, in words for the person who started it.
 *
 * @module
 */

import { resolve } from "@std/path";
import { formatEndpoint } from "../policy/address.ts";
import { Problem, textOf } from "../problem.ts";

/** Ports below this need privileges on Unix. */
const FIRST_FREE_PORT = 1024;

/**
 * Explains why a socket could not be opened.
 *
 * @param error What the runtime threw, or an error of the same name.
 */
export function explainListen(
  error: { readonly name?: string; readonly message?: string },
  hostname: string,
  port: number,
): Problem {
  // By name: the error comes from another thread.
  const { name, message } = error;
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
    // A binary always may.
    : name === "NotCapable"
    ? [
      "Deno may not listen there and answer everybody",
      "run it with --allow-net, without a list",
    ]
    : [message ?? "unknown", "check --bind and --port"];
  return new Problem(
    `cannot listen on ${formatEndpoint(hostname, port)}: ${reason}`,
    hint,
    { cause: error },
  );
}

/**
 * Explains why a directory cannot be used.
 *
 * @param error What {@linkcode Run.begin} threw.
 */
export function explainDirectory(error: unknown, path: string): Problem {
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
    ? explainRights(path)
    : isReadOnly(cause)
    ? [
      "the file system is read-only",
      "make it writable, or name another with --dir",
    ]
    : [textOf(error), "name another with --dir"];
  return new Problem(
    `cannot store uploads in "${path}": ${reason}`,
    hint,
    { cause: error },
  );
}

/** A binary has the rights it was compiled with, and no flags to get others. */
function explainRights(path: string): [reason: string, hint: string] {
  return /^[/](dev|proc|sys)([/]|$)/.test(resolve(path))
    ? ["Deno itself forbids /dev, /proc and /sys", "name another with --dir"]
    : Deno.build.standalone
    ? [
      "this binary was compiled for another directory only",
      "leave --dir out, or use a binary that was compiled without",
    ]
    : [
      "Deno may not write there",
      "grant it with --allow-read and --allow-write, or use another --dir",
    ];
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EROFS";
}
