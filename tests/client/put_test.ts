import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Terminal } from "../../lib/client/progress.ts";
import { put, type PutOutcome } from "../../lib/client/put.ts";
import type { PutOrder } from "../../lib/orders.ts";
import { isSameBytes } from "../../lib/protocol/bytes.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { type Harness, withServer } from "../harness.ts";
import { type Fate, Proxy } from "../interop/proxy.ts";
import { Random } from "../random.ts";
import { skip } from "../skip.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { FakeServer } from "./fake_server.ts";

const HOST = "127.0.0.1";
const NOISE = new Random(1).bytes(600_000);

/** As the command line has it, but for the port. */
const ORDER: Omit<PutOrder, "files" | "port"> = {
  ...{ host: HOST, name: undefined, mode: "octet" },
  ...{ blksize: 1_428, windowsize: 16, silenceMs: 30_000 },
};

/** How it went, and all that was printed. */
interface Sent {
  readonly outcome: PutOutcome;
  readonly lines: readonly string[];
}

async function send(
  order: Partial<PutOrder> & Pick<PutOrder, "files" | "port">,
  signal?: AbortSignal,
  terminal?: Terminal,
): Promise<Sent> {
  const lines: string[] = [];
  const outcome = await put({ ...ORDER, ...order }, {
    print: (line) => lines.push(line),
    complain: (message, hint) => lines.push(message, hint),
    terminal,
  }, signal ?? new AbortController().signal);
  return { outcome, lines };
}

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
      const { outcome, lines } = await send({
        ...{ files: [file], port: proxy.port, windowsize },
      });
      assertEquals(outcome, "sent", lines.join("\n"));
      assertEquals(read("f"), content.slice());
    });
  }
});

Deno.test("put() tells what the server says, and goes on with the next file", async () => {
  await withTempDirectory(async (sources) => {
    const names = ["too large", "good"];
    const files = names.map((name) => join(sources, name));
    for (const file of files) await Deno.writeTextFile(file, "x");
    await withServer({}, async ({ server, names }) => {
      const missing = join(sources, "missing");
      const { outcome, lines } = await send({
        files: [files[0] ?? "", missing, sources, files[1] ?? ""],
        port: server.port,
      });
      assertEquals(outcome, "failed");
      assertMatch(
        lines[0] ?? "",
        /^cannot send .*: 127.0.0.1:\d+ answers with error 2 "invalid filename/,
      );
      assertMatch(lines[2] ?? "", /^cannot read ".*missing": no such file$/);
      assertMatch(lines[4] ?? "", /^cannot read ".*": it is a directory$/);
      assertMatch(lines[6] ?? "", /^wotftp: sent ".*good" as "good" to /);
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
    const sent = send({
      ...{ files: [file, file], port: proxy.port, silenceMs: 60_000 },
    }, abort.signal);
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
  const answers: readonly Packet[] = [{ kind: "ack", block: 0 }];
  using server = new FakeServer(answers);
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
    const [first = ""] = written;
    const clear = "\r\x1b[K";
    assert(first.startsWith(clear));
    assertEquals(
      first.slice(clear.length),
      `"${file}": 0%, 0 bytes, 0 bytes/s`,
    );
    assertEquals(written.at(-1), clear);
  });
});

Deno.test("put() says what is wrong with a server", async () => {
  const oack: Packet = {
    kind: "oack",
    options: [{ name: "blksize", value: "9000" }],
  };
  const rude: Packet = { kind: "error", code: 0, message: "\x1b[2J\x07" };
  const rows: ReadonlyArray<
    readonly [answers: readonly Packet[], message: RegExp, hint: RegExp]
  > = [
    [[], /no answer from 127/, /firewall/],
    [[{ kind: "ack", block: 7 }], /not as a TFTP server does/, /--port/],
    [[{ kind: "ack", block: 0 }], /no block gets there/, /--blksize/],
    [[oack], /breaks the rules: "blksize 9000 was not/, /--windowsize 1/],
    [[rude], /error 0 "\\x1b\[2J\\x07"$/, /log/],
  ];
  await withFile(NOISE, async (_, file) => {
    for (const [answers, message, hint] of rows) {
      using server = new FakeServer(answers);
      const { outcome, lines } = await send({
        ...{ files: [file, file], port: server.port, silenceMs: 200 },
      });
      assertEquals(outcome, "failed");
      assertMatch(lines[0] ?? "", message);
      assertMatch(lines[1] ?? "", hint);
    }
  });
});

Deno.test("put() doubts the way as well when a server never takes a block", async () => {
  await withFile(new Uint8Array(9), async (_, file) => {
    using server = new FakeServer([{ kind: "ack", block: 0 }]);
    const { lines } = await send({
      ...{ files: [file], port: server.port, silenceMs: 200 },
    });
    assertMatch(lines[0] ?? "", /never said that it has the end of it/);
    assertMatch(lines[1] ?? "", /saved or not.* firewall .* --blksize 512/);
  });
});

Deno.test("put() asks without options when they are refused", async () => {
  const ack: Packet = { kind: "ack", block: 0 };
  const refusal: Packet = { kind: "error", code: 8, message: "no options" };
  await withFile(new Uint8Array(0), async (_, file) => {
    using server = new FakeServer([refusal, ack, { kind: "ack", block: 1 }]);
    const { outcome } = await send({ files: [file], port: server.port });
    assertEquals(outcome, "sent");
    assertEquals(server.received.map(({ kind }) => kind), [
      "wrq",
      "wrq",
      "data",
    ]);
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
    const { outcome, lines } = await send({
      ...{ files: [file], port: server.port, host: "[::1]" },
    });
    assertEquals(outcome, "sent");
    assertMatch(lines[0] ?? "", / to \[::1\]:\d+ /);
    assertEquals(read("f"), NOISE);
  }, { hostnames: [host] });
});
