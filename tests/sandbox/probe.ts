/**
 * Starts a worker with the rights of a server and prints what it could do, as
 * JSON. Run from source and compiled.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { permissionsFor } from "../../lib/sandbox/permissions.ts";
import { DEFAULT_CONFIG } from "../../lib/server/config.ts";

const [inside = "", outside = ""] = Deno.args;
const permissions = permissionsFor(
  {
    ...DEFAULT_CONFIG,
    directory: inside,
    hostname: "127.0.0.1",
    port: 0,
    remoteip: "127.0.0.2",
  },
  Deno.build.standalone ? [] : [fromFileUrl(new URL("./", import.meta.url))],
  ["statfs"],
);
const worker = new Worker(new URL("./probe_worker.ts", import.meta.url), {
  type: "module",
  deno: { permissions },
});
worker.onmessage = ({ data }) => {
  // deno-lint-ignore no-console -- the output is the result.
  console.log(JSON.stringify(data));
  Deno.exit(0);
};
worker.postMessage({ inside, outside });
