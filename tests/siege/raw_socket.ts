/**
 * Datagrams with forged senders, many at once: a raw socket of the C library.
 * Linux on a 64-bit little-endian machine, as root; needs `--allow-ffi`.
 *
 * Senders are addresses of the loopback network, so that whatever is answered
 * stays on this machine.
 *
 * @module
 */

/** What is sent with one system call. */
const BATCH = 128;
const AF_INET = 2;
const SOCK_RAW = 3;
const IPPROTO_RAW = 255;
const IPPROTO_UDP = 17;
const IP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
/** Room for one datagram with its headers. */
const SLOT_BYTES = 256;
/** `struct mmsghdr` and `struct iovec`, in words of 64 bits. */
const MESSAGE_WORDS = 8;
const IOVEC_WORDS = 2;
/** `struct sockaddr_in`. */
const SOCKADDR_BYTES = 16;

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendmmsg: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** A datagram to be forged. */
export interface Forged {
  /** The sender's address, as a number: 0x7f000001 is 127.0.0.1. */
  readonly source: number;
  /** The sender's port. */
  readonly sourcePort: number;
  /** What it holds, 228 bytes at most. */
  readonly payload: Uint8Array;
}

/** Whether datagrams can be forged here; if not, why. */
export function whyNotForged(): string | undefined {
  if (Deno.build.os !== "linux") return "raw sockets are tried on Linux only";
  if (Deno.uid() !== 0) return "raw sockets need root";
  return undefined;
}

/** A raw socket that sends to one port of 127.0.0.1. */
export class RawSocket implements Disposable {
  readonly #library = Deno.dlopen("libc.so.6", SYMBOLS);
  readonly #fd: number;
  readonly #slots = new Uint8Array(BATCH * SLOT_BYTES);
  readonly #messages = new BigUint64Array(BATCH * MESSAGE_WORDS);
  readonly #iovecs = new BigUint64Array(BATCH * IOVEC_WORDS);
  readonly #address = new Uint8Array(SOCKADDR_BYTES);
  readonly #port: number;
  #used = 0;

  constructor(port: number) {
    this.#port = port;
    this.#fd = this.#library.symbols.socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (this.#fd < 0) throw new Error("Cannot open a raw socket");
    this.#address.set([AF_INET, 0, 0, 0, 127, 0, 0, 1]);
    const address = addressOf(this.#address);
    for (let i = 0; i < BATCH; i++) {
      const iovec = addressOf(this.#iovecs.subarray(i * IOVEC_WORDS));
      const message = [address, BigInt(SOCKADDR_BYTES), iovec, 1n];
      this.#messages.set(message, i * MESSAGE_WORDS);
      const slot = addressOf(this.#slots.subarray(i * SLOT_BYTES));
      this.#iovecs[i * IOVEC_WORDS] = slot;
    }
  }

  /** Adds a datagram; a full batch is sent. */
  add({ source, sourcePort, payload }: Forged): void {
    const udpBytes = UDP_HEADER_BYTES + payload.length;
    const at = this.#used * SLOT_BYTES;
    const slot = new DataView(this.#slots.buffer, at, SLOT_BYTES);
    // Version and length; the kernel fills in the rest of the IP header.
    slot.setUint8(0, 0x45);
    slot.setUint16(2, IP_HEADER_BYTES + udpBytes);
    slot.setUint8(8, 64);
    slot.setUint8(9, IPPROTO_UDP);
    slot.setUint32(12, source);
    slot.setUint32(16, 0x7f000001);
    slot.setUint16(20, sourcePort);
    slot.setUint16(22, this.#port);
    slot.setUint16(24, udpBytes);
    // No checksum, as IPv4 allows.
    slot.setUint16(26, 0);
    this.#slots.set(payload, at + IP_HEADER_BYTES + UDP_HEADER_BYTES);
    const length = BigInt(IP_HEADER_BYTES + udpBytes);
    this.#iovecs[this.#used * IOVEC_WORDS + 1] = length;
    if (++this.#used === BATCH) this.flush();
  }

  /** Sends what there is. */
  flush(): void {
    const { sendmmsg } = this.#library.symbols;
    if (this.#used > 0) sendmmsg(this.#fd, this.#messages, this.#used, 0);
    this.#used = 0;
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.#library.symbols.close(this.#fd);
    this.#library.close();
  }
}

function addressOf(view: ArrayBufferView<ArrayBuffer>): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(view)));
}
