/**
 * What a client is told about trouble in storage.
 *
 * @module
 */

import { type Fault, UNAVAILABLE } from "../protocol/drive.ts";
import { ErrorCode } from "../protocol/packet.ts";
import { StorageError } from "../storage/error.ts";

/**
 * Says what a client is told about trouble in storage: never a path.
 *
 * @param error What storage threw.
 */
export function faultOf(error: unknown): Fault {
  const fault = error instanceof StorageError ? error.fault : "failed";
  switch (fault) {
    case "full":
      return { code: ErrorCode.DISK_FULL, message: "disk full on server" };
    case "exists":
      return { code: ErrorCode.FILE_EXISTS, message: "file already exists" };
    case "denied":
    case "blocked":
      return {
        code: ErrorCode.ACCESS_VIOLATION,
        message: "cannot open file for writing on server",
      };
    case "astray":
      return {
        code: ErrorCode.ACCESS_VIOLATION,
        message: "a directory of the name cannot be used",
      };
    case "gone":
      return UNAVAILABLE;
    case "failed":
      return {
        code: ErrorCode.NOT_DEFINED,
        message: "cannot store file on server",
      };
  }
}
