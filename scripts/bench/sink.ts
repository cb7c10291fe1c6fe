/**
 * The floor: answers the packets of an upload as a server must, and does
 * nothing else. It keeps no file, checks nothing and repeats nothing.
 *
 * @module
 */

import { NEGOTIATION } from "../../lib/config.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { negotiate } from "../../lib/protocol/options.ts";

const LINGER_MS = 1_000;

function serve(bytes: Uint8Array, from: Deno.Addr): void {
  const request = decodePacket(bytes);
  if (request.kind !== "wrq") return;
  const { blksize, windowsize, accepted } = negotiate(
    request.options,
    NEGOTIATION,
  );
  const socket = open(0);
  const buffer = new Uint8Array(blksize + 5);
  let block = 0;
  let acked = 0;
  const onData = ([data, peer]: [Uint8Array, Deno.Addr]) => {
    const number = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
    if (number === ((block + 1) & 0xffff)) {
      block++;
      const isLast = data.length - 4 < blksize;
      if (isLast || block - acked >= windowsize) {
        acked = block;
        socket.send(encodePacket({ kind: "ack", block }), peer);
      }
      if (isLast) setTimeout(() => socket.close(), LINGER_MS);
    } else {
      socket.send(encodePacket({ kind: "ack", block }), peer);
    }
    read();
  };
  const read = () => {
    socket.receive(buffer).then(onData, () => {});
  };
  read();
  const reply = accepted.length > 0
    ? encodePacket({ kind: "oack", options: accepted })
    : encodePacket({ kind: "ack", block: 0 });
  socket.send(reply, from);
}

function open(port: number): Deno.DatagramConn {
  const hostname = "127.0.0.1";
  return Deno.listenDatagram({ transport: "udp", hostname, port });
}

const listener = open(Number(Deno.args[0]));
const buffer = new Uint8Array(1_025);
const read = () => {
  listener.receive(buffer).then(([bytes, from]) => {
    serve(bytes.slice(), from);
    read();
  });
};
read();
