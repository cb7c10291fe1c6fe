import { assert, assertEquals, assertMatch } from "@std/assert";
import { pattern, Peer } from "./peer.ts";
import { runProgram, ServerProcess } from "./process.ts";
import { withTempDirectory } from "./temp_directory.ts";

Deno.test("main answers Prometheus and health checks where --metrics says", () =>
  withTempDirectory(async (directory) => {
    const where = `127.0.0.1:${freePort()}`;
    await using server = await ServerProcess.start(directory, [
      ...["--metrics", where],
    ]);
    using peer = new Peer(server.port);
    await peer.upload("a", pattern(1_000));
    const metrics = await fetch(`http://${where}/metrics`);
    assertMatch(metrics.headers.get("content-type") ?? "", /^text\/plain/);
    const text = await metrics.text();
    assert(text.includes("\nwotftp_uploads_stored_total 1\n"), text);
    assert(text.includes("\nwotftp_stored_bytes_total 1000\n"), text);
    const health = await fetch(`http://${where}/healthz`);
    assertEquals([health.status, await health.text()], [200, "ok\n"]);
    const other = await fetch(`http://${where}/`);
    assertEquals(other.status, 404);
    await other.body?.cancel();
    // While it drains, no request is taken.
    await peer.begin("b");
    await peer.block(1, pattern(512));
    server.kill("SIGTERM");
    await server.line(/stopping once/);
    const ill = await fetch(`http://${where}/healthz`);
    const stopping = "the server is stopping\n";
    assertEquals([ill.status, await ill.text()], [503, stopping]);
    await peer.block(2, pattern(1));
    assertEquals(await server.exitCode(), 0);
  }));

Deno.test("main refuses to start where metrics cannot be served", () =>
  withTempDirectory(async (directory) => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr;
    const outcome = await runProgram([
      ...["--dir", directory, "--port", "0", "--bind", "127.0.0.1"],
      ...["--metrics", `127.0.0.1:${port}`],
    ]);
    assertEquals(outcome.code, 1);
    assertMatch(outcome.stderr, /error: cannot serve metrics on 127.0.0.1/);
    assertMatch(outcome.stderr, /hint: .*--metrics/);
  }));

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
