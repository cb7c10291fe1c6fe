import { assertEquals, assertMatch } from "@std/assert";
import { withServer } from "../harness.ts";
import { denoFlags, run } from "../process.ts";
import { FakeServer } from "./fake_server.ts";

Deno.test("wotftp put sends its standard input, and exits as it went", async () => {
  await withServer({}, async ({ server, text }) => {
    const wotftp = (args: string, stdin = "") =>
      run(Deno.execPath(), [...denoFlags(), "put", ...args.split(" ")], {
        stdin,
      });
    const port = `--port ${server.port}`;
    const stdin = "from a pipe";
    const good = await wotftp(`${port} --name f - localhost`, stdin);
    assertEquals(good.code, 0, good.stderr);
    assertMatch(good.stderr, /^wotftp: sent the standard input as "f" to 127/);
    assertEquals(good.stdout, "");
    assertEquals(text("f"), stdin);
    const bad = await wotftp(`${port} no-such-file localhost`);
    assertEquals(bad.code, 1);
    assertMatch(
      bad.stderr,
      /^wotftp: error: .*\nwotftp: hint: check its name\n$/,
    );
    assertEquals((await wotftp("localhost")).code, 2);
    const help = await wotftp("--help");
    assertEquals(help.code, 0);
    assertMatch(help.stdout, /^Usage:\n {4}wotftp put /);
  });
});

Deno.test("wotftp put exits with 130 when it is interrupted", async () => {
  using server = new FakeServer([]);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...denoFlags(),
      ...["put", "--port", `${server.port}`, "--name", "f", "-", "127.0.0.1"],
    ],
    stdin: "null",
    stderr: "piped",
  }).spawn();
  await server.asked;
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assertEquals(code, 130);
  assertMatch(
    new TextDecoder().decode(stderr),
    /^wotftp: error: cannot send the standard input: cancelled\n/,
  );
});
