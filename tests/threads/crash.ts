/**
 * A server one thread of which has a mistake. Prints how it ends. It drains on
 * SIGINT.
 *
 *     crash.ts front|transfer MODULE --bind ADDRESS --dir DIR --port PORT
 *
 * @module
 */

import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import { Server } from "../../lib/threads/server.ts";

const [which = "", module = "", , hostname = "", , directory = ""] = Deno.args;
const config = { ...defaultsOf(SERVE_FLAGS), hostname, directory, port: 0 };
const entries = {
  front: new URL("../../lib/front/worker.ts", import.meta.url),
  transfer: new URL("../../lib/transfer/worker.ts", import.meta.url),
  [which]: new URL(module, import.meta.url),
};
// Before the start, so that no signal finds nobody.
const interrupted = Promise.withResolvers<void>();
Deno.addSignalListener("SIGINT", () => interrupted.resolve());
try {
  const server = await Server.start({ config, stopKey: undefined, entries });
  interrupted.promise.then(() => server.drain());
  await server.ended;
} catch (error) {
  // deno-lint-ignore no-console -- the output is the result.
  console.error(`${error}`);
  Deno.exit(1);
}
