/**
 * The short form of `stress/flood.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { isInstalled, run, ServerProcess } from "./process.ts";
import { Random } from "./random.ts";
import { skip } from "./skip.ts";
import { Client } from "./stress/client.ts";
import { EVERYWHERE, flood } from "./stress/flood.ts";
import { sendRequests } from "./stress/requests.ts";
import { differenceOf } from "./stress/stored.ts";
import { withTempDirectory } from "./temp_directory.ts";

/** Five times what it takes; a tenth of what a server leaks that forgets. */
const MAX_PEAK_BYTES = 512 * 2 ** 20;
/** Standard input and the like, and some hundred sockets. */
const FEW_DESCRIPTORS = 200;
/** Else most requests would never reach the server. */
const PACED = true;

Deno.test("a flood of requests harms no upload in earnest", async () => {
  const rows = [
    // More than may be half open, all of the network of the real clients.
    { requests: 5_000, paced: 1 },
    // Faster than the server, and four times what the listening port's buffer
    // holds; with more, the clients of this very process would not get to their
    // first block in time.
    { requests: 1_000, paced: 0 },
  ];
  for (const row of rows) {
    const report = await flood({ ...row, clients: 4 });
    assertEquals(report.failures, []);
    assert(report.stored >= 5);
    assert(report.taken > 0);
    assertLessOrEqual(report.peakBytes ?? 0, MAX_PEAK_BYTES);
  }
});

Deno.test("a flood that takes all descriptors harms no running upload", async () => {
  if (!await isInstalled("prlimit")) return skip("prlimit is not installed");
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, EVERYWHERE);
    const { code, stderr } = await run("prlimit", [
      ...["--pid", `${server.pid}`],
      `--nofile=${FEW_DESCRIPTORS}:${FEW_DESCRIPTORS}`,
    ]);
    assertEquals(code, 0, stderr);
    await using running = new Client(server.port);
    const halfWay = Promise.withResolvers<void>();
    const floodOver = Promise.withResolvers<void>();
    const content = new Random(1).bytes(100_000);
    const upload = running.upload({
      name: "running",
      content,
      async onAck(acked) {
        if (acked < content.length / 2) return;
        halfWay.resolve();
        await floodOver.promise;
      },
    });
    await halfWay.promise;
    await sendRequests(server.port, 4 * FEW_DESCRIPTORS, PACED);
    await using late = new Client(server.port);
    const ending = await late.upload({ name: "late", content });
    floodOver.resolve();
    assertEquals(ending, { kind: "acknowledged" });
    assertEquals(await upload, { kind: "acknowledged" });
    for (const name of ["running", "late"]) {
      assertEquals(await differenceOf(directory, name, content), undefined);
    }
    // The oldest give way one by one; nobody is turned away.
    const refused = server.lines.filter((line) => /no more sockets/.test(line));
    assertEquals(refused, []);
  });
});
