/**
 * Claims that cost their sender a packet or two: a huge size announced, requests
 * without data, requests in the name of a client that is uploading.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { Peer, writeRequest } from "../peer.ts";
import { run, ServerProcess } from "../process.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { type Crowd, type Moment, type Tally, uploadAll } from "./crowd.ts";
import { Forger } from "./forger.ts";
import { whyNotForged } from "./raw_socket.ts";
import {
  pause,
  type Scenario,
  skipped,
  tried,
  type Verdict,
} from "./scenario.ts";

/** All of a real client's, and of the sender that is forged. */
const VICTIM = "127.0.0.9";
const MAX_PER_CLIENT = 8;
const RESERVATIONS = 5;
/** Every port of a client within some seconds. */
const GUESSES_PER_SECOND = 3_500;
/** But with the first block at once: before it nothing is proven. */
const SLOW = {
  bytes: 40_000,
  beforeBlock: ({ acked }: Moment) => pause(acked > 0 ? 100 : 0),
} as const;

/** Five clients announce most of the disk and send one block. */
export const RESERVATION: Scenario = {
  name: "reservation",
  what: "clients that announce most of the disk and send one block",
  run: (_, see) =>
    withServer([], async (crowd) => {
      const { stdout } = await run("df", ["-P", "-k", crowd.directory]);
      const free = Number(stdout.split("\n")[1]?.split(/\s+/)[3]) * 1_024;
      if (!(free > 0)) return skipped("df does not tell how much is free");
      using peers = new DisposableStack();
      for (let i = 0; i < RESERVATIONS; i++) {
        const peer = peers.use(new Peer(crowd.port));
        const tsize = `${Math.floor(free * 0.8)}`;
        const { kind } = await peer.begin(`huge-${i}`, { tsize });
        if (kind === "oack") await peer.block(1, new Uint8Array(512));
      }
      const options = { tsize: `${crowd.bytes}` };
      return judge(await uploadAll({ ...crowd, options }), crowd, see);
    }),
};

/** Eight requests without data in the name of a client that may have eight. */
export const HALF_OPEN: Scenario = {
  name: "half-open",
  what: "8 requests without data of an address that may have 8 uploads",
  run: (_, see) =>
    withServer(
      ["--max-per-client", `${MAX_PER_CLIENT}`],
      async (it) => {
        const crowd = { ...it, count: MAX_PER_CLIENT, hostname: () => VICTIM };
        using peers = new DisposableStack();
        for (let i = 0; i < MAX_PER_CLIENT; i++) {
          const peer = peers.use(new Peer(crowd.port, VICTIM));
          await peer.begin(`half-${i}`);
        }
        return judge(await uploadAll(crowd), crowd, see);
      },
    ),
};

/** Requests from every port that a client may have while it uploads. */
export const GUESSED_PORTS: Scenario = {
  name: "guessed-ports",
  what: "forged requests from every port of a client while it uploads",
  run: (seconds, see) => {
    const reason = whyNotForged();
    if (reason !== undefined) return Promise.resolve(skipped(reason));
    return withServer([], async (it) => {
      const crowd = { ...it, ...SLOW, count: 5, hostname: () => VICTIM };
      await using _forger = await Forger.start(crowd.port, {
        ...{ kind: "plain", perSecond: GUESSES_PER_SECOND, seconds },
        sender: VICTIM,
      });
      return judge(await uploadAll(crowd), crowd, see);
    });
  },
};

/** The same, but from the very port of each client, after each block. */
export const KNOWN_PORT: Scenario = {
  name: "known-port",
  what: "a request from the very port of an upload after each block",
  run: (_, see) =>
    withServer([], async (crowd) => {
      const request = encodePacket(writeRequest("forged"));
      const tally = await uploadAll({
        ...crowd,
        async beforeBlock({ client, acked }) {
          // Before its first block an upload has not proven anything.
          if (acked > 0) await client.sendBytes(request);
        },
      });
      return judge(tally, crowd, see);
    }),
};

async function withServer(
  flags: readonly string[],
  use: (crowd: Crowd) => Promise<Verdict>,
): Promise<Verdict> {
  return await withTempDirectory(async (directory) => {
    const all = [...EVERYWHERE, ...flags];
    await using server = await ServerProcess.start(directory, all);
    const { port } = server;
    return await use({
      ...{ port, directory, count: 10, prefix: "real", bytes: 5_000 },
    });
  });
}

function judge(
  { stored, failures }: Tally,
  { count }: Crowd,
  see: (line: string) => void,
): Verdict {
  see(`${stored} of ${count} real uploads stored`);
  return tried(...failures);
}
