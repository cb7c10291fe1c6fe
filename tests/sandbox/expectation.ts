/**
 * What a worker with a server's rights can and cannot do.
 *
 * @module
 */

const DENIED = "NotCapable";

export const EXPECTED: Readonly<Record<string, string>> = {
  "write inside": "done",
  "read inside": "done",
  "rename inside": "done",
  "ask for free space": "done",
  "listen": "done",
  "answer the client": "done",
  "write outside": DENIED,
  "write through ..": DENIED,
  "read outside": DENIED,
  "list outside": DENIED,
  "move outside": DENIED,
  "link to outside": DENIED,
  "answer a stranger": DENIED,
  "connect": DENIED,
  "look up a name": DENIED,
  "read the environment": DENIED,
  "run a program": DENIED,
  "load a library": DENIED,
  "know the host": DENIED,
  "start a freer worker": DENIED,
};
