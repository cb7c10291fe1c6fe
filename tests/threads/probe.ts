/**
 * Starts workers with the rights of a front and of a transfer thread and prints
 * what they could do, as JSON in the form of `expectation.ts`. Run from source
 * and compiled, with the program's own rights.
 *
 * @module
 */

import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import { frontRights, transferRights } from "../../lib/threads/rights.ts";
import { rangesOf } from "../policy/ranges.ts";
import type { Places } from "./probe_worker.ts";

async function probe(
  permissions: Deno.PermissionOptionsObject,
  places: Places,
): Promise<Record<string, string>> {
  const worker = new Worker(new URL("./probe_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions },
  });
  const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage(places);
  const results = await promise;
  worker.terminate();
  return results;
}

const [inside = "", outside = ""] = Deno.args;
const config = {
  ...defaultsOf(SERVE_FLAGS),
  directory: inside,
  hostnames: ["127.0.0.1"],
  port: 0,
  remoteip: rangesOf("127.0.0.2"),
};
const isStoppable = false;
const places = { inside, outside };
// One after the other, for they try the same names.
const front = await probe(frontRights(config, isStoppable), places);
const transfer = await probe(transferRights(config), places);
const results = Object.fromEntries(
  Object.keys(front).map((what) => [what, [front[what], transfer[what]]]),
);
// deno-lint-ignore no-console -- the output is the result.
console.log(JSON.stringify(results));
