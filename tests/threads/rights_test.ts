import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import { frontRights, transferRights } from "../../lib/threads/rights.ts";
import { ack } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { rangesOf } from "../policy/ranges.ts";
import { denoFlags, run, ServerProcess } from "../process.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";
import { EXPECTED } from "./expectation.ts";

const CONFIG = { ...defaultsOf(SERVE_FLAGS), directory: "/srv/up" };
const STOPPABLE = true;
const NOT_STOPPABLE = false;

Deno.test("frontRights() and transferRights() name addresses and the directory, no more", () => {
  const few = {
    net: ["0.0.0.0/0:69", "0.0.0.0/0:0", "0.0.0.0/0"],
    read: false,
    write: false,
    ...{ sys: false, import: false, env: false, run: false, ffi: false },
  } as const;
  const config = { ...CONFIG, hostnames: ["0.0.0.0"] };
  assertEquals<unknown>(frontRights(config, STOPPABLE), few);
  const own = ["/srv/up"];
  assertEquals<unknown>(transferRights(config), {
    ...few,
    read: own,
    write: own,
  });
});

Deno.test("rights to the network end at those who may send", () => {
  const of = (text: string, ...hostnames: string[]) => ({
    ...{ ...CONFIG, hostnames },
    remoteip: text === "" ? [] : rangesOf(text),
  });
  // Of no IPv6 client, so no address of IPv6 is listened on.
  const v4 = of("192.0.2.7");
  const all4 = ["0.0.0.0/0:69", "0.0.0.0/0:0"];
  const rows = [
    [v4, [...all4, "192.0.2.7"]],
    [of("192.0.2.7", "::"), [...all4, "192.0.2.7"]],
    [of("192.0.2.7 10.0.0.0/8"), [...all4, "192.0.2.7", "10.0.0.0/8"]],
    [
      of("192.0.2.7", "192.0.2.1", "192.0.2.2"),
      [
        ...["192.0.2.1:69", "192.0.2.1:0", "192.0.2.2:69", "192.0.2.2:0"],
        "192.0.2.7",
      ],
    ],
    [
      of("2001:db8::1", "2001:db8::9"),
      ["[2001:db8::9]:69", "[2001:db8::9]:0", "[2001:db8::1]"],
    ],
    [
      { ...of("192.0.2.7", "0.0.0.0", "192.0.2.1"), port: 0 },
      ["0.0.0.0/0", "192.0.2.1", "192.0.2.7"],
    ],
    // Neither all of IPv6 nor a part of it can be written down.
    [CONFIG, "inherit"],
    [of("", "2001:db8::9"), "inherit"],
    [of("2001:db8::1"), "inherit"],
    [of("2001:db8::/32", "2001:db8::9"), "inherit"],
  ] as const;
  for (const [config, net] of rows) {
    assertEquals<unknown>(transferRights(config).net, net);
    assertEquals<unknown>(frontRights(config, NOT_STOPPABLE).net, net);
  }
  // Who stops the server is mostly on this machine.
  assertEquals(frontRights(v4, STOPPABLE).net, [
    ...[...all4, "192.0.2.7", "127.0.0.1", "[::1]"],
  ]);
});

Deno.test("the rights of threads are what they can do", () =>
  withTempDirectory((inside) =>
    withTempDirectory(async (outside) => {
      await Deno.writeTextFile(join(outside, "secret"), "secret");
      const probe = fromFileUrl(new URL("./probe.ts", import.meta.url));
      const { stdout, stderr } = await run(
        Deno.execPath(),
        // The program's own rights, which are as broad as those of the binary.
        [...denoFlags().slice(0, -1), probe, inside, outside],
      );
      assertEquals(stderr, "");
      assertEquals(JSON.parse(stdout), EXPECTED);
    })
  ));

for (
  const [bind, ...ranges] of [
    ["0.0.0.0", "127.0.0.0/8"],
    ["127.0.0.1", "10.0.0.0/8", "127.0.0.1"],
    ["::", "127.0.0.0/8", "fd00::/8"],
    ["::", "127.0.0.1", "::1"],
  ] as const
) {
  Deno.test(`threads may answer ${ranges.join(" and ")} from ${bind}`, () =>
    withTempDirectory(async (directory) => {
      const args = ["--bind", bind]
        .concat(ranges.flatMap((it) => ["--remoteip", it]));
      await using server = await ServerProcess.start(directory, args);
      using peer = new Peer(server.port);
      const last = await peer.upload("f", pattern(600));
      assertEquals(last, ack(2));
      server.kill("SIGTERM");
      assertEquals(await server.exitCode(), 0);
      assertEquals(namesIn(directory), ["f"]);
      const isTrouble = (line: string) => line.includes("error");
      assertEquals(server.lines.filter(isTrouble), []);
    }));
}

Deno.test("threads answer nobody else", () =>
  withTempDirectory(async (directory) => {
    const args = ["--bind", "0.0.0.0", "--remoteip", "127.0.0.2/31"];
    await using server = await ServerProcess.start(directory, args);
    using other = new Peer(server.port);
    await other.ask(writeRequest("f"));
    await server.line(/ denied: only 127\.0\.0\.2\/31 may send$/);
    using peer = new Peer(server.port, "127.0.0.3");
    assertEquals(await peer.upload("f", pattern(9)), ack(1));
  }));
