/**
 * Starts the thread that reads the listening port, and ends it.
 *
 * It is started beside the server's thread, not from it: a worker of a worker
 * takes a second to start in Deno.
 *
 * @module
 */

import { permissionsForPort, sources } from "../sandbox/permissions.ts";

/** The thread that reads the listening port. */
export class PortThread {
  /** The way to it; may be handed to another thread. */
  readonly channel: MessagePort;
  readonly #worker: Worker;

  private constructor(worker: Worker, channel: MessagePort) {
    this.#worker = worker;
    this.channel = channel;
  }

  /**
   * Starts the thread. It does nothing yet.
   *
   * @param net The addresses it may listen on and send to.
   * @param onCrash Called if there is a mistake in its code.
   */
  static start(
    net: "inherit" | string[],
    onCrash: (event: ErrorEvent) => void,
  ): PortThread {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: permissionsForPort(net, sources()) },
    });
    worker.onerror = onCrash;
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    return new PortThread(worker, port1);
  }

  /** Ends it at once, whatever it does. */
  terminate(): void {
    this.#worker.terminate();
  }
}
