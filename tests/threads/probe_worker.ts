/**
 * Tries, with the rights of a thread, what one may and may not do.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { statfs } from "node:fs";

/** Where to try it. */
export interface Places {
  readonly inside: string;
  readonly outside: string;
}

self.addEventListener("message", async (event: MessageEvent<Places>) => {
  const { inside, outside } = event.data;
  const results: Record<string, string> = {};
  for (const [what, attempt] of Object.entries(attempts(inside, outside))) {
    try {
      await attempt();
      results[what] = "done";
    } catch (error) {
      results[what] = error instanceof Error ? error.name : String(error);
    }
  }
  self.postMessage(results);
});

function attempts(
  inside: string,
  outside: string,
): Record<string, () => unknown> {
  return {
    "listen": () => listen().close(),
    "answer the client": () => sendTo("127.0.0.2"),
    "write inside": () => Deno.writeTextFile(`${inside}/new`, "x"),
    "read inside": () => Deno.readTextFile(`${inside}/new`),
    "rename inside": () => Deno.rename(`${inside}/new`, `${inside}/newer`),
    "list inside": () => [...Deno.readDirSync(inside)],
    "write outside": () => Deno.writeTextFile(`${outside}/new`, "x"),
    "write through ..": () =>
      Deno.writeTextFile(`${inside}/../escape-of-the-probe`, "x"),
    "read outside": () => Deno.readTextFile(`${outside}/secret`),
    "list outside": () => [...Deno.readDirSync(outside)],
    "move outside": () => Deno.rename(`${inside}/newer`, `${outside}/newer`),
    "link to outside": () => Deno.symlink(outside, `${inside}/link`),
    "answer a stranger": () => sendTo("127.0.0.3"),
    "connect": () => Deno.connect({ hostname: "127.0.0.3", port: 9 }),
    "look up a name": () => Deno.resolveDns("localhost", "A"),
    "ask for free space": () => promiseStatfs(inside),
    "read the environment": () => Deno.env.get("HOME"),
    "run a program": () => new Deno.Command("true").output(),
    "load a library": () => Deno.dlopen("libc.so.6", {}),
    "know the host": () => Deno.hostname(),
    "start a freer worker": startFreerWorker,
  };
}

function listen(): Deno.DatagramConn {
  const options = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
  return Deno.listenDatagram(options);
}

async function sendTo(hostname: string): Promise<void> {
  const socket = listen();
  try {
    const to = { transport: "udp", hostname, port: 9 } as const;
    await socket.send(new Uint8Array(1), to);
  } finally {
    socket.close();
  }
}

function startFreerWorker(): void {
  const deno = { permissions: { write: true } };
  new Worker("data:text/javascript,", { type: "module", deno }).terminate();
}

function promiseStatfs(path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  statfs(path, (error, stats) => error ? reject(error) : resolve(stats));
  return promise;
}
