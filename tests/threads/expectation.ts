/**
 * What the threads of a server can and cannot do.
 *
 * @module
 */

const DENIED = "NotCapable";
const DONE = "done";

const BOTH = ["listen", "answer the client"];
const TRANSFER = ["write", "read", "rename", "list"].map((it) =>
  `${it} inside`
);
const NEITHER = [
  ...["write outside", "write through ..", "read outside", "list outside"],
  ...["move outside", "link to outside", "answer a stranger", "connect"],
  ...["look up a name", "ask for free space", "read the environment"],
  ...["run a program", "load a library", "know the host"],
  "start a freer worker",
];

/** By what is tried: how it ends for the front, and for a transfer thread. */
export const EXPECTED: Readonly<Record<string, readonly [string, string]>> =
  Object.fromEntries([
    ...BOTH.map((it) => [it, [DONE, DONE]]),
    ...TRANSFER.map((it) => [it, [DENIED, DONE]]),
    ...NEITHER.map((it) => [it, [DENIED, DENIED]]),
  ]);
