import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { PutOrder } from "../../lib/orders.ts";
import { isSameBytes } from "../../lib/protocol/bytes.ts";
import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";
import { ack, errorOf, type Harness, withServer } from "../harness.ts";
import { type Fate, Proxy } from "../interop/proxy.ts";
import { Random } from "../random.ts";
import { skip } from "../skip.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { FakeServer } from "./fake_server.ts";
import { send } from "./send.ts";

const NOISE = new Random(1).bytes(600_000);

type Answer = Exclude<Packet, MalformedPacket>;

/** Runs with a server and a file to send. */
async function withFile(
  content: Uint8Array,
  test: (harness: Harness, file: string) => Promise<void>,
  config: Parameters<typeof withServer>[0] = {},
): Promise<void> {
  await withTempDirectory(async (sources) => {
    const file = join(sources, "f");
    await Deno.writeFile(file, content);
    await withServer(config, (harness) => test(harness, file));
  });
}

Deno.test("put() sends files of every size", async () => {
  const sizes = [0, 1, 1_427, 1_428, 1_429, 16 * 1_428, 600_000];
  await withTempDirectory(async (sources) => {
    const files = sizes.map((size) => join(sources, `${size}`));
    for (const [i, file] of files.entries()) {
      await Deno.writeFile(file, NOISE.subarray(0, sizes[i]));
    }
    await withServer({}, async ({ server, read, event }) => {
      const { outcome, lines } = await send({ files, port: server.port });
      assertEquals(outcome, "sent");
      assertEquals(lines.length, files.length);
      for (const [i, size] of sizes.entries()) {
        assertEquals(read(`${size}`), NOISE.slice(0, size));
        const end =
          `\\(${size} bytes in [0-9.]+ s, [0-9.]+ [kMG]?B?(bytes)?/s\\)$`;
        assertMatch(lines[i] ?? "", new RegExp(`as "${size}" to .*${end}`));
      }
      const { blksize, windowsize, tsize } = await event("accepted");
      assertEquals([blksize, windowsize, tsize], [1_428, 16, undefined]);
      assertEquals((await event("accepted")).tsize, 1);
    });
  });
});

Deno.test("put() sends a file as it is told to", async () => {
  const text = (lines: string) =>
    new TextEncoder().encode(lines.repeat(50_000));
  const some = NOISE.slice(0, 2_000);
  const [lines, wire] = [text("a\n\r\nb\r"), text("a\r\n\r\0\r\nb\r\0")];
  type Row = readonly [Partial<PutOrder>, Uint8Array, Uint8Array, unknown[]];
  const rows: readonly Row[] = [
    // More than 65,536 blocks.
    [{ blksize: 8, windowsize: 64 }, NOISE, NOISE, [8, 64, NOISE.length]],
    // Nothing is asked for where block and window are the plain ones.
    [{ blksize: 512, windowsize: 1 }, some, some, [512, 1, undefined]],
    [{ name: "g" }, some, some, [1_428, 16, 2_000]],
    // Line ends across all blocks.
    [{ blksize: 9, mode: "netascii" }, lines, wire, [9, 16, undefined]],
  ];
  for (const [order, content, stored, accepted] of rows) {
    await withFile(content, async ({ server, read, event }, file) => {
      const { port } = server;
      const { outcome } = await send({ files: [file], port, ...order });
      assertEquals(outcome, "sent");
      assert(isSameBytes(read(order.name ?? "f"), stored));
      const { blksize, windowsize, tsize } = await event("accepted");
      assertEquals([blksize, windowsize, tsize], accepted);
    });
  }
});

Deno.test("put() survives a network that loses, doubles and delays", async () => {
  for (const windowsize of [1, 16]) {
    const random = new Random(2);
    const fate: Fate = () => {
      const die = random.int(1, 100);
      return die <= 8 ? [] : die <= 12 ? [0, 0] : die <= 16 ? [2] : [0];
    };
    const content = NOISE.subarray(0, windowsize * 30_000);
    await withFile(content, async ({ server, read }, file) => {
      using proxy = new Proxy(server.port, fate);
      const order = { files: [file], port: proxy.port, windowsize };
      const { outcome, lines } = await send(order);
      assertEquals(outcome, "sent", lines.join("\n"));
      assertEquals(read("f"), content.slice());
    });
  }
});

Deno.test("put() tells what the server says, and goes on with the next file", async () => {
  await withTempDirectory(async (sources) => {
    const [bad, missing] = [join(sources, "a b"), join(sources, "missing")];
    const good = join(sources, "good");
    for (const file of [bad, good]) await Deno.writeTextFile(file, "x");
    await withServer({}, async ({ server, names }) => {
      const files = [bad, missing, sources, good];
      const { outcome, lines } = await send({ files, port: server.port });
      assertEquals(outcome, "failed");
      const patterns = [
        /^cannot send .*: 127.0.0.1:\d+ answers with error 2 "invalid filename/,
        /^cannot read ".*missing": no such file$/,
        /^cannot read ".*": it is a directory$/,
        /^wotftp: sent ".*good" as "good" to /,
      ];
      // A hint is behind each message.
      for (const [i, it] of patterns.entries()) {
        assertMatch(lines[2 * i] ?? "", it);
      }
      assertEquals(names(), ["good"]);
    });
  });
});

Deno.test("put() tells the server when it is broken off", async () => {
  await withFile(NOISE, async ({ server, names, event }, file) => {
    // No ACK arrives any more.
    using proxy = new Proxy(
      server.port,
      (direction, number) => direction === "down" && number > 5 ? [] : [0],
    );
    const abort = new AbortController();
    const order = { files: [file, file], port: proxy.port, silenceMs: 60_000 };
    const sent = send(order, abort.signal);
    await event("proven");
    abort.abort();
    assertEquals((await sent).outcome, "cancelled");
    const { why } = await event("failed");
    assertEquals(why, { kind: "client-error", code: 0, message: "cancelled" });
    // What there was of the file is being removed.
    await server.stop();
    assertEquals(names(), []);
  });
});

Deno.test("put() shows progress on a terminal and leaves no trace of it", async () => {
  using server = new FakeServer([ack(0)]);
  await withFile(NOISE, async (_, file) => {
    const written: string[] = [];
    const seen = Promise.withResolvers<void>();
    const abort = new AbortController();
    const sent = send({ files: [file], port: server.port }, abort.signal, {
      columns: () => 200,
      write(text) {
        written.push(text);
        seen.resolve();
      },
    });
    await seen.promise;
    abort.abort();
    await sent;
    const clear = "\r\x1b[K";
    assertEquals(written[0], `${clear}"${file}": 0%, 0 bytes, 0 bytes/s`);
    assertEquals(written.at(-1), clear);
  });
});

Deno.test("put() says what is wrong with a server, or the way to it", async () => {
  const oack: Answer = {
    kind: "oack",
    options: [{ name: "blksize", value: "9000" }],
  };
  const [rude, small] = [errorOf(0, "\x1b[2J\x07"), NOISE.slice(0, 9)];
  const rows: ReadonlyArray<
    readonly [
      answer: Answer | undefined,
      message: RegExp,
      hint: RegExp,
      sent?: Uint8Array,
    ]
  > = [
    [undefined, /no answer from 127/, /firewall/],
    [ack(7), /not as a TFTP server does/, /--port/],
    [ack(0), /no block gets there/, /--blksize/],
    [oack, /breaks the rules: "blksize 9000 was not/, /--windowsize 1/],
    [rude, /error 0 "\\x1b\[2J\\x07"$/, /log/],
    // It may have the end of the file.
    [
      ack(0),
      /never said that it has the end of it/,
      /saved or not.* firewall .* --blksize 512/,
      small,
    ],
  ];
  for (const [answer, message, hint, content = NOISE] of rows) {
    await withFile(content, async (_, file) => {
      using server = new FakeServer(answer === undefined ? [] : [answer]);
      const files = [file, file];
      const { port } = server;
      const { outcome, lines } = await send({ files, port, silenceMs: 200 });
      assertEquals(outcome, "failed");
      assertMatch(lines[0] ?? "", message);
      assertMatch(lines[1] ?? "", hint);
    });
  }
});

Deno.test("put() asks without options when they are refused", async () => {
  await withFile(new Uint8Array(0), async (_, file) => {
    const refusal = errorOf(8, "no options");
    using server = new FakeServer([refusal, ack(0), ack(1)]);
    const { outcome } = await send({ files: [file], port: server.port });
    assertEquals(outcome, "sent");
    const kinds = server.received.map(({ kind }) => kind);
    assertEquals(kinds, ["wrq", "wrq", "data"]);
  });
});

Deno.test("put() sends over IPv6", async () => {
  const host = "::1";
  try {
    Deno.listenDatagram({ transport: "udp", hostname: host, port: 0 }).close();
  } catch {
    return skip("there is no IPv6 here");
  }
  await withFile(NOISE, async ({ server, read }, file) => {
    const order = { files: [file], port: server.port, host: "[::1]" };
    const { outcome, lines } = await send(order);
    assertEquals(outcome, "sent");
    assertMatch(lines[0] ?? "", / to \[::1\]:\d+ /);
    assertEquals(read("f"), NOISE);
  }, { hostnames: [host] });
});
