/**
 * What the server and the thread that reads its port say to each other.
 *
 * @module
 */

/** A datagram and who sent it. */
export interface Arrival {
  /** The datagram, cut off behind the longest request. */
  readonly bytes: Uint8Array;
  /** The sender's address and port. */
  readonly from: Deno.NetAddr;
}

/** To the thread. */
export type PortOrder =
  /** The first one, once. */
  | {
    readonly kind: "listen";
    readonly hostname: string;
    readonly port: number;
  }
  /** Tell what has arrived, or what arrives next. */
  | { readonly kind: "next" }
  | {
    readonly kind: "send";
    readonly bytes: Uint8Array;
    readonly to: Deno.NetAddr;
  }
  /** Send what is to be sent and end. */
  | { readonly kind: "close" };

/** From the thread. */
export type PortNews =
  | {
    readonly kind: "listening";
    readonly hostname: string;
    readonly port: number;
  }
  /** The port cannot be had; `name` is that of the error. */
  | { readonly kind: "failed"; readonly name: string; readonly message: string }
  /** In the order they arrived; never empty. */
  | { readonly kind: "arrived"; readonly arrivals: readonly Arrival[] }
  | { readonly kind: "closed" };
