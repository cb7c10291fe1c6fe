/**
 * By what rules a server decides about requests.
 *
 * @module
 */

import { NEGOTIATION, type ServerConfig } from "../config.ts";
import type { Rules } from "../policy/decision.ts";

/** On one port the windows of a few clients have to fit the system's buffer. */
const SHARED_BY = 4;

/** Makes the rules from what the operator wants, and from this machine. */
export function rulesOf(config: ServerConfig): Rules {
  const { maxBlksize, maxWindowsize, ignoredOptions, isSinglePort } = config;
  const receiveBufferBytes = NEGOTIATION.receiveBufferBytes /
    (isSinglePort ? SHARED_BY : 1);
  return {
    ...config,
    negotiation: {
      ...{ ...NEGOTIATION, receiveBufferBytes },
      ...{ maxBlksize, maxWindowsize, ignoredOptions },
    },
    isWindows: Deno.build.os === "windows",
  };
}
