/**
 * The upload directory goes away and another one is in its place: a disk mounted
 * late, a mount that is lost. Nothing may be acknowledged that lies elsewhere.
 *
 * @module
 */

import { join } from "@std/path";
import { ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { tryRun } from "../storage/files.ts";
import { Client } from "../stress/client.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { differenceOf } from "../stress/stored.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { addressOf, TRIES, uploadAll, uploadHalf } from "./crowd.ts";
import { pause, type Run, type Scenario, skipped, tried } from "./scenario.ts";

/** A way to take a directory away and to give it back; both say what failed. */
interface Trick {
  take(path: string): Promise<string | undefined>;
  giveBack(path: string): Promise<string | undefined>;
}

const BYTES = 5_000;
const CONTENT = new Random(1).bytes(BYTES);
/** The server looks once a second. */
const NOTICED_WITHIN_MS = 2_500;
const TRY_EVERY_MS = 100;

/** A disk is mounted over the directory while the server runs. */
export const LATE_MOUNT: Scenario = {
  name: "late-mount",
  what: "a disk mounted over the directory while the server runs",
  run: goAway({
    take: (path) => tryRun("mount", "-t", "tmpfs", "none", path),
    giveBack: (path) => tryRun("umount", "-l", path),
  }),
};

/** The directory is renamed, and an empty one gets its name. */
export const RENAMED: Scenario = {
  name: "renamed",
  what: "the directory renamed and an empty one in its place",
  run: goAway({
    async take(path) {
      await Deno.rename(path, `${path}-away`);
      await Deno.mkdir(path);
      return undefined;
    },
    async giveBack(path) {
      await Deno.remove(path, { recursive: true });
      await Deno.rename(`${path}-away`, path);
      return undefined;
    },
  }),
};

function goAway(trick: Trick): Run {
  return (_, see) =>
    withTempDirectory(async (folder) => {
      const directory = join(folder, "uploads");
      await Deno.mkdir(directory);
      await using server = await ServerProcess.start(directory, EVERYWHERE);
      const { port, lines } = server;
      const crowd = { port, directory, bytes: BYTES, count: 3 };
      const before = await uploadAll({ ...crowd, prefix: "before" });
      await using client = new Client(port, addressOf(9));
      const goOn = Promise.withResolvers<void>();
      const running = { name: "running", content: CONTENT, tries: TRIES };
      const half = BYTES / 2;
      const { ending } = await uploadHalf(client, running, half, goOn.promise);
      const reason = await trick.take(directory);
      if (reason !== undefined) return skipped(reason);
      let absence: Absence;
      try {
        absence = await askMeanwhile(port);
        goOn.resolve();
        const { kind } = await ending;
        if (kind === "acknowledged") absence.acknowledged.push("running");
      } finally {
        await trick.giveBack(directory);
      }
      await pause(NOTICED_WITHIN_MS);
      const after = await uploadAll({ ...crowd, prefix: "after" });
      const { acknowledged, refusedMs = "-" } = absence;
      // All but the one that the server begins with.
      const told = lines.filter((it) => /directory/.test(it)).length;
      see(
        `away: ${acknowledged.length} acknowledged, refused after ` +
          `${refusedMs} ms, ${told} lines; back: ${after.stored} of 3 stored`,
      );
      const content = new Random(0).bytes(BYTES);
      return tried(
        ...[...before.failures, ...after.failures],
        acknowledged.length > 0 &&
          `acknowledged, but elsewhere: ${acknowledged}`,
        refusedMs === "-" && "no request was refused while it was away",
        told === 0 && "the log says nothing",
        await differenceOf(directory, "before-0", content) ?? false,
      );
    });
}

/** What clients see while the directory is away. */
interface Absence {
  readonly acknowledged: string[];
  /** After how long a request was refused for it. */
  readonly refusedMs: number | undefined;
}

async function askMeanwhile(port: number): Promise<Absence> {
  const acknowledged: string[] = [];
  let refusedMs: number | undefined;
  const since = performance.now();
  for (let i = 0; performance.now() - since < NOTICED_WITHIN_MS; i++) {
    const name = `meanwhile-${i}`;
    await using client = new Client(port, addressOf(9));
    const sending = { name, content: CONTENT, tries: TRIES };
    const ending = await client.upload(sending);
    if (ending.kind === "acknowledged") acknowledged.push(name);
    if (ending.kind === "refused" && /not available/.test(ending.text)) {
      refusedMs ??= Math.round(performance.now() - since);
    }
    await pause(TRY_EVERY_MS);
  }
  return { acknowledged, refusedMs };
}
