/**
 * Uploads one half of a file into the directory named by its argument, says
 * "ready", and waits to be killed or for the end of its input.
 *
 * @module
 */

import { UploadDirectory } from "../../lib/storage/directory.ts";
import { begin, replace } from "./send.ts";

if (import.meta.main) {
  const directory = await UploadDirectory.open(Deno.args[0] ?? "");
  await begin(directory, replace("file.bin"));
  await Deno.stdout.write(new TextEncoder().encode("ready\n"));
  await Deno.stdin.read(new Uint8Array(1));
}
