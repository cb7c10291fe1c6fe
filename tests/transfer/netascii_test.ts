import { assertEquals } from "@std/assert";
import { NetasciiPart } from "../../lib/transfer/netascii_part.ts";
import type { Part } from "../../lib/transfer/session.ts";
import { withServer } from "../harness.ts";
import { Peer } from "../peer.ts";

const CONVERT = { netascii: "convert" } as const;
const encoder = new TextEncoder();

/** Uploads a text in blocks of eight bytes. */
async function upload(
  port: number,
  wire: string,
  mode = "netascii",
  tsize = `${wire.length}`,
): Promise<void> {
  using peer = new Peer(port);
  const bytes = encoder.encode(wire);
  await peer.begin("f", { blksize: "8", tsize }, mode);
  for (let block = 1; (block - 1) * 8 <= bytes.length; block++) {
    const payload = bytes.subarray((block - 1) * 8, block * 8);
    assertEquals(await peer.block(block, payload), { kind: "ack", block });
  }
}

Deno.test("Room converts netascii across blocks, and ends by what is on the wire", () =>
  withServer(CONVERT, async ({ server, text, event }) => {
    const rows = [
      ["one\r\ntwo\r\n", "one\ntwo\n"],
      // A CR is the last byte of a block, and of a full last block.
      ["1234567\r\nab\r\0c", "1234567\nab\rc"],
      ["1234567\rx", "1234567\rx"],
      ["1234567\r", "1234567\r"],
      ["123456\r\n1234567\r", "123456\n1234567\r"],
      // A block that is shorter once it is converted does not end the file.
      ["\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nend", "\n\n\n\n\n\n\n\nend"],
      ["\r", "\r"],
      ["", ""],
    ] as const;
    for (const [wire, stored] of rows) {
      await upload(server.port, wire);
      assertEquals(text("f"), stored, JSON.stringify(wire));
      const { bytes, announced } = await event("stored");
      assertEquals([bytes, announced], [wire.length, undefined]);
    }
  }));

Deno.test("Room converts nothing unless it is told to, and only text", async () => {
  const wire = "one\r\ntwo\r\0";
  await withServer({}, async ({ server, text }) => {
    await upload(server.port, wire);
    assertEquals(text("f"), wire);
  });
  await withServer(CONVERT, async ({ server, text }) => {
    await upload(server.port, wire, "octet");
    assertEquals(text("f"), wire);
    await upload(server.port, wire, "NetASCII");
    assertEquals(text("f"), "one\ntwo\r");
  });
});

Deno.test("NetasciiPart waits for the last CR before it commits", async () => {
  const deeds: string[] = [];
  const slow: Part = {
    write: (bytes) => {
      deeds.push(`write ${[...bytes]}`);
      return Promise.resolve().then(() => {
        deeds.push("written");
      });
    },
    commit: () => {
      deeds.push("commit");
      return Promise.resolve({ name: "f", replacedBytes: undefined });
    },
    discard: () => undefined,
  };
  const part = new NetasciiPart(slow);
  await part.write(Uint8Array.of(65, 13));
  await part.commit();
  assertEquals(deeds, [
    ...["write 65", "written", "write 13", "written", "commit"],
  ]);
});
