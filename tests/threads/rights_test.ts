import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import { frontRights, transferRights } from "../../lib/threads/rights.ts";
import { rangesOf } from "../policy/ranges.ts";
import { denoFlags, run } from "../process.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { EXPECTED } from "./expectation.ts";

const CONFIG = { ...defaultsOf(SERVE_FLAGS), directory: "/srv/up" };
const STOPPABLE = true;
const NOT_STOPPABLE = false;

Deno.test("frontRights() and transferRights() name addresses and the directory, no more", () => {
  const few = {
    net: ["0.0.0.0:69", "0.0.0.0:0", "0.0.0.0/0"],
    read: false,
    write: false,
    ...{ sys: false, import: false, env: false, run: false, ffi: false },
  } as const;
  assertEquals<unknown>(frontRights(CONFIG, STOPPABLE), few);
  const own = ["/srv/up"];
  assertEquals<unknown>(transferRights(CONFIG), {
    ...few,
    read: own,
    write: own,
  });
});

Deno.test("rights to the network end at those who may send", () => {
  const with4 = (text: string) => ({ ...CONFIG, remoteip: rangesOf(text) });
  const with6 = (text: string) => ({ ...with4(text), hostname: "::" });
  const v4 = with4("192.0.2.7");
  const rows = [
    [v4, ["0.0.0.0:69", "0.0.0.0:0", "192.0.2.7"]],
    [
      with4("192.0.2.7 10.0.0.0/8"),
      ["0.0.0.0:69", "0.0.0.0:0", "192.0.2.7", "10.0.0.0/8"],
    ],
    [with6("2001:db8::1"), ["[::]:69", "[::]:0", "[2001:db8::1]"]],
    // At a socket for all of IPv6, an IPv4 client has two spellings.
    [
      with6("192.0.2.7"),
      ["[::]:69", "[::]:0", "192.0.2.7", "[::ffff:192.0.2.7]"],
    ],
    // Neither all of IPv6 nor a part of it can be written down.
    [{ ...CONFIG, hostname: "::" }, "inherit"],
    [with6("2001:db8::/32"), "inherit"],
    [with6("2001:db8::1 10.0.0.0/8"), "inherit"],
  ] as const;
  for (const [config, net] of rows) {
    assertEquals<unknown>(transferRights(config).net, net);
    assertEquals<unknown>(frontRights(config, NOT_STOPPABLE).net, net);
  }
  // Who stops the server is mostly on this machine.
  assertEquals(frontRights(v4, STOPPABLE).net, [
    ...["0.0.0.0:69", "0.0.0.0:0", "192.0.2.7"],
    ...["127.0.0.1", "[::1]"],
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
