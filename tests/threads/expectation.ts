/**
 * What the threads of a server can and cannot do.
 *
 * @module
 */

const DENIED = "NotCapable";
const DONE = "done";

/** By what is tried: how it ends for the front, and for a transfer thread. */
export const EXPECTED: Readonly<Record<string, readonly [string, string]>> = {
  "listen": [DONE, DONE],
  "answer the client": [DONE, DONE],
  "write inside": [DENIED, DONE],
  "read inside": [DENIED, DONE],
  "rename inside": [DENIED, DONE],
  "list inside": [DENIED, DONE],
  "write outside": [DENIED, DENIED],
  "write through ..": [DENIED, DENIED],
  "read outside": [DENIED, DENIED],
  "list outside": [DENIED, DENIED],
  "move outside": [DENIED, DENIED],
  "link to outside": [DENIED, DENIED],
  "answer a stranger": [DENIED, DENIED],
  "connect": [DENIED, DENIED],
  "look up a name": [DENIED, DENIED],
  "ask for free space": [DENIED, DENIED],
  "read the environment": [DENIED, DENIED],
  "run a program": [DENIED, DENIED],
  "load a library": [DENIED, DENIED],
  "know the host": [DENIED, DENIED],
  "start a freer worker": [DENIED, DENIED],
};
