/**
 * A transfer thread with a mistake: it crashes when a file is complete.
 *
 * @module
 */

import "../../lib/transfer/worker.ts";

Deno.FsFile.prototype.syncData = () => {
  queueMicrotask(() => {
    throw new Error("Broken for a test");
  });
  return Promise.withResolvers<void>().promise;
};
