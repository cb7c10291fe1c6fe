import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  permissionsFor,
  permissionsForPort,
  portNetFor,
} from "../../lib/sandbox/permissions.ts";
import { Sandbox } from "../../lib/sandbox/sandbox.ts";
import { DEFAULT_CONFIG } from "../../lib/server/config.ts";
import { denoFlags, run } from "../process.ts";
import { EXPECTED } from "./expectation.ts";

Deno.test("permissionsFor() names the addresses, the directory and no more", () => {
  const config = { ...DEFAULT_CONFIG, directory: "/srv/up" };
  assertEquals(permissionsFor(config, [], ["statfs"]), {
    net: ["0.0.0.0:69", "0.0.0.0:0", "0.0.0.0/0"],
    read: ["/srv/up"],
    write: ["/srv/up"],
    sys: ["statfs"],
    import: false,
    env: false,
    run: false,
    ffi: false,
  });
});

Deno.test("permissionsFor() narrows the network to the only client", () => {
  const config = { ...DEFAULT_CONFIG, remoteip: "192.0.2.7" };
  const { net } = permissionsFor(config, [], ["statfs"]);
  assertEquals(net, ["0.0.0.0:69", "0.0.0.0:0", "192.0.2.7"]);
  const v6 = { ...config, hostname: "::", remoteip: "2001:db8::1" };
  assertEquals(permissionsFor(v6, [], []).net, [
    "[::]:69",
    "[::]:0",
    "[2001:db8::1]",
  ]);
  assertEquals(
    permissionsFor({ ...v6, remoteip: undefined }, [], []).net,
    "inherit",
  );
});

Deno.test("permissionsForPort() names the addresses and not a single file", () => {
  assertEquals(permissionsForPort(["0.0.0.0:69"], []), {
    net: ["0.0.0.0:69"],
    read: [],
    write: false,
    sys: false,
    import: false,
    env: false,
    run: false,
    ffi: false,
  });
});

Deno.test("portNetFor() lets this machine stop a server for another client", () => {
  const config = { ...DEFAULT_CONFIG, remoteip: "192.0.2.7" };
  const [stoppable, not] = [true, false];
  const own = ["0.0.0.0:69", "0.0.0.0:0", "192.0.2.7"];
  assertEquals(portNetFor(config, not), own);
  assertEquals(portNetFor(config, stoppable), [...own, "127.0.0.1", "[::1]"]);
  assertEquals(
    portNetFor(DEFAULT_CONFIG, stoppable),
    permissionsFor(DEFAULT_CONFIG, [], []).net,
  );
});

Deno.test("a server's rights end at its directory and its client", async () => {
  const inside = await Deno.makeTempDir({ prefix: "wotftp-test-" });
  const outside = await Deno.makeTempDir({ prefix: "wotftp-test-" });
  await Deno.writeTextFile(join(outside, "secret"), "secret");
  const probe = fromFileUrl(new URL("./probe.ts", import.meta.url));
  // The program's own rights, which are as broad as those of the binary.
  const flags = denoFlags().slice(0, -1);
  const { stdout, stderr } = await run(
    Deno.execPath(),
    [...flags, probe, inside, outside],
  );
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), EXPECTED);
  await Deno.remove(inside, { recursive: true });
  await Deno.remove(outside, { recursive: true });
});

/** Within the rights of the tests; the workers must be readable. */
const ASSIGNMENT = {
  config: {
    ...DEFAULT_CONFIG,
    directory: fromFileUrl(new URL("./", import.meta.url)),
    hostname: "127.0.0.1",
    port: 0,
    remoteip: "127.0.0.1",
  },
  verbosity: 0,
  stopKey: undefined,
} as const;

Deno.test("Sandbox.start() rejects when the server crashes at its start", async () => {
  const entry = new URL("./crash_at_start.ts", import.meta.url);
  await assertRejects(
    () => Sandbox.start(ASSIGNMENT, entry),
    Error,
    "Broken for a test",
  );
});

Deno.test("Sandbox.stopped rejects when the server crashes later", async () => {
  const entry = new URL("./crash_later.ts", import.meta.url);
  const sandbox = await Sandbox.start(ASSIGNMENT, entry);
  sandbox.drain();
  await assertRejects(() => sandbox.stopped, Error, "The server crashed");
});
