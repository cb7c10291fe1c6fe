/**
 * A UDP socket, as far as it is used; Deno's own is one.
 *
 * @module
 */

/** A UDP socket. */
export interface Socket {
  /**
   * Receives a datagram into a buffer; what does not fit is cut off. Only one
   * call may be pending. Rejects when the socket is closed.
   */
  receive(buffer: Uint8Array): PromiseLike<[Uint8Array, Deno.Addr]>;
  /** Sends a datagram. */
  send(bytes: Uint8Array, to: Deno.NetAddr): PromiseLike<number>;
  /** Closes the socket. */
  close(): void;
}

/**
 * Sends without waiting for it: a datagram that cannot be sent is a lost one.
 *
 * @param onError Called with what went wrong; see {@linkcode tellDenied}.
 */
export function post(
  socket: Socket,
  bytes: Uint8Array,
  to: Deno.NetAddr,
  onError: (error: unknown) => void,
): void {
  socket.send(bytes, to).then(undefined, onError);
}

/**
 * Makes a function that takes the errors of {@linkcode post}. Most of them are
 * lost datagrams, but where Deno itself does not allow an answer, no client
 * will ever be served, and nothing else would say so.
 *
 * @param tell Called once, with words for the operator.
 */
export function tellDenied(
  tell: (message: string) => void,
): (error: unknown) => void {
  let isTold = false;
  return (error) => {
    if (isTold || !(error instanceof Deno.errors.NotCapable)) return;
    isTold = true;
    tell(`clients cannot be answered: ${error.message}`);
  };
}
