/**
 * Claims that cost their sender a packet or two: a huge size announced, requests
 * without data, requests in the name of a client that is uploading.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { Peer, writeRequest } from "../peer.ts";
import { run } from "../process.ts";
import { type Crowd, uploadAll } from "./crowd.ts";
import { Forger } from "./forger.ts";
import {
  besiege,
  forging,
  pause,
  type Scenario,
  type Siege,
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

/** Five clients announce most of the disk and send one block. */
export const RESERVATION: Scenario = {
  name: "reservation",
  what: "clients that announce most of the disk and send one block",
  run: besiege([], async (siege) => {
    const { stdout } = await run("df", ["-P", "-k", siege.directory]);
    const free = Number(stdout.split("\n")[1]?.split(/\s+/)[3]) * 1_024;
    if (!(free > 0)) return skipped("df does not tell how much is free");
    using peers = new DisposableStack();
    for (let i = 0; i < RESERVATIONS; i++) {
      const peer = peers.use(new Peer(siege.server.port));
      const tsize = `${Math.floor(free * 0.8)}`;
      const { kind } = await peer.begin(`huge-${i}`, { tsize });
      if (kind === "oack") await peer.block(1, new Uint8Array(512));
    }
    return await attempt(siege, { options: { tsize: "5000" } });
  }),
};

/** Eight requests without data in the name of a client that may have eight. */
export const HALF_OPEN: Scenario = {
  name: "half-open",
  what: "8 requests without data of an address that may have 8 uploads",
  run: besiege(["--max-per-client", `${MAX_PER_CLIENT}`], async (siege) => {
    using peers = new DisposableStack();
    for (let i = 0; i < MAX_PER_CLIENT; i++) {
      const peer = peers.use(new Peer(siege.server.port, VICTIM));
      await peer.begin(`half-${i}`);
    }
    const victim = { count: MAX_PER_CLIENT, hostname: () => VICTIM };
    return await attempt(siege, victim);
  }),
};

/** Requests from every port that a client may have while it uploads. */
export const GUESSED_PORTS: Scenario = {
  name: "guessed-ports",
  what: "forged requests from every port of a client while it uploads",
  run: forging(besiege([], async (siege) => {
    await using _forger = await Forger.start(siege.server.port, {
      ...{ kind: "plain", perSecond: GUESSES_PER_SECOND },
      ...{ seconds: siege.seconds, sender: VICTIM },
    });
    return await attempt(siege, {
      ...{ count: 5, hostname: () => VICTIM, bytes: 40_000 },
      // But with the first block at once: before it nothing is proven.
      beforeBlock: ({ acked }) => pause(acked > 0 ? 100 : 0),
    });
  })),
};

/** The same, but from the very port of each client, after each block. */
export const KNOWN_PORT: Scenario = {
  name: "known-port",
  what: "a request from the very port of an upload after each block",
  run: besiege([], (siege) => {
    const request = encodePacket(writeRequest("forged"));
    return attempt(siege, {
      async beforeBlock({ client, acked }) {
        // Before its first block an upload has not proven anything.
        if (acked > 0) await client.sendBytes(request);
      },
    });
  }),
};

/** Has a crowd of real clients upload; all files should be stored. */
async function attempt(
  { server: { port }, directory, see }: Siege,
  crowd: Partial<Crowd>,
): Promise<Verdict> {
  const { count = 10 } = crowd;
  const { stored, failures } = await uploadAll({
    ...{ port, directory, count, prefix: "real", bytes: 5_000 },
    ...crowd,
  });
  see(`${stored} of ${count} real uploads stored`);
  return tried(...failures);
}
