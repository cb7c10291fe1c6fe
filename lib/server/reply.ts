/**
 * What a client is told about trouble.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";
import { StorageError } from "../storage/error.ts";

/**
 * Says what a client is told about trouble in storage: never a path.
 *
 * @param error What storage threw.
 */
export function replyToFault(error: unknown): ErrorPacket {
  const fault = error instanceof StorageError ? error.fault : "failed";
  switch (fault) {
    case "full":
      return reply(ErrorCode.DISK_FULL, "disk full on server");
    case "exists":
      return reply(ErrorCode.FILE_EXISTS, "file already exists");
    case "denied":
    case "blocked":
      return reply(
        ErrorCode.ACCESS_VIOLATION,
        "cannot open file for writing on server",
      );
    case "failed":
      return reply(ErrorCode.NOT_DEFINED, "cannot store file on server");
  }
}

function reply(code: number, message: string): ErrorPacket {
  return { kind: "error", code, message };
}
