/**
 * Sets up the front desk as a server has it.
 *
 * @module
 */

import { NEGOTIATION, type ServerConfig } from "../config.ts";
import { decide } from "../policy/decide.ts";
import type { StopKey } from "../stop_key.ts";
import { Front, type FrontOptions } from "./front.ts";
import { StopGate } from "./gate.ts";

/** How long running uploads may go on once the server is asked to stop. */
export const GRACE_MS = 30_000;

/** On one port the windows of a few clients have to fit the system's buffer. */
const SHARED_BY = 4;

/** What a front desk is set up with. */
export interface FrontPlan extends Omit<FrontOptions, "rules" | "decide"> {
  /** What the server is to do. */
  readonly config: ServerConfig;
  /** The key that stops the server from afar, if it may be. */
  readonly key: StopKey | undefined;
}

/** Sets up the front desk; it has no port to listen on and no transfer thread. */
export function openFront({ config, key, ...others }: FrontPlan): Front {
  const { clock } = others;
  const { maxBlksize, maxWindowsize, ignoredOptions } = config;
  const front = new Front({
    ...others,
    decide,
    rules: {
      ...config,
      negotiation: {
        ...NEGOTIATION,
        receiveBufferBytes: config.isSinglePort
          ? NEGOTIATION.receiveBufferBytes / SHARED_BY
          : NEGOTIATION.receiveBufferBytes,
        maxBlksize,
        maxWindowsize,
        ignoredOptions,
      },
      isWindows: Deno.build.os === "windows",
    },
  });
  if (key !== undefined) {
    front.gate = new StopGate({
      key,
      clock,
      send: (bytes, to, address) => front.listeners.send(bytes, to, address),
      countUploads: () => front.uploads,
      onStop: () => front.drain(GRACE_MS),
    });
  }
  return front;
}
