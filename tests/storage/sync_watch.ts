/**
 * Watches what is synced to disk, and makes it fail.
 *
 * @module
 */

/** Whose sync it is: a file's or the directory's. */
export type Synced = "data" | "name";

const SYNCS = ["sync", "syncData"] as const;

/** Sees every sync of this process, from its making to its disposal. */
export class SyncWatch implements Disposable {
  /** The syncs asked for so far, in their order. */
  readonly seen: Synced[] = [];
  /** Called before each one; if it rejects, nothing is synced. */
  onSync: (what: Synced) => Promise<void> | void = () => {};
  readonly #own = SYNCS.map((name) => Deno.FsFile.prototype[name]);

  /** Begins to watch. */
  constructor() {
    const { seen } = this;
    const onSync = (what: Synced) => this.onSync(what);
    SYNCS.forEach((name, i) => {
      const own = this.#own[i];
      Deno.FsFile.prototype[name] = async function (this: Deno.FsFile) {
        const what = (await this.stat()).isDirectory ? "name" : "data";
        seen.push(what);
        await onSync(what);
        await own?.call(this);
      };
    });
  }

  /**
   * Has the disk stand still.
   *
   * @returns When a sync has begun, and what lets all of them go on.
   */
  halt(): {
    begun: PromiseWithResolvers<void>;
    disk: PromiseWithResolvers<void>;
  } {
    const begun = Promise.withResolvers<void>();
    const disk = Promise.withResolvers<void>();
    this.onSync = async () => {
      begun.resolve();
      await disk.promise;
    };
    return { begun, disk };
  }

  [Symbol.dispose](): void {
    SYNCS.forEach((name, i) => {
      const own = this.#own[i];
      if (own !== undefined) Deno.FsFile.prototype[name] = own;
    });
  }
}
