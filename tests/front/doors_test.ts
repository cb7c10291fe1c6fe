import { assertEquals } from "@std/assert";
import { Doors } from "../../lib/front/doors.ts";
import { Listeners } from "../../lib/front/listeners.ts";
import type { Event } from "../../lib/report/event.ts";
import { ManualClock } from "../manual_clock.ts";

const [A, B] = ["127.0.0.1", "127.0.0.2"];
/** This machine does not have it. */
const GONE = "192.0.2.99";

/** Doors of a server on a port of the system's choice. */
async function withDoors(
  named: readonly string[],
  use: (stage: {
    readonly doors: Doors;
    readonly listeners: Listeners;
    readonly clock: ManualClock;
    /** What was told since this was last asked, without the port. */
    takeTold(): string[];
  }) => Promise<void>,
): Promise<void> {
  const clock = new ManualClock();
  const events: Event[] = [];
  const report = { packets: false, add: (it: Event) => void events.push(it) };
  const listeners = new Listeners({
    clock,
    isWanted: () => false,
    onOverflow: () => {},
    onSlice: () => {},
    onSendError: () => {},
  });
  const doors = new Doors({
    ...{ listeners, report, clock, port: 0, named },
    listen: (hostname, port) => {
      if (hostname === GONE) throw new Deno.errors.AddrNotAvailable("gone");
      return Deno.listenDatagram({ transport: "udp", hostname, port });
    },
  });
  try {
    const takeTold = () =>
      events.splice(0).map((it) =>
        "message" in it ? it.message.replaceAll(`:${doors.port}`, "") : it.kind
      );
    await use({ doors, listeners, clock, takeTold });
  } finally {
    doors.stop();
    await listeners.close();
  }
}

function occupy(port: number): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: B, port });
}

Deno.test("Doors has one port on all addresses, and follows them as they come and go", () =>
  withDoors([], async ({ doors, listeners, takeTold }) => {
    await doors.open([A]);
    const { port } = doors;
    await doors.update([A, B]);
    assertEquals(listeners.addresses, [A, B]);
    await doors.update([B]);
    assertEquals([listeners.addresses, doors.port], [[B], port]);
    assertEquals(takeTold(), [
      "listening on 127.0.0.2 as well",
      "no longer listening on 127.0.0.1",
    ]);
  }));

Deno.test("Doors tells once that a port is taken, and tries it again", () =>
  withDoors([], async ({ clock, doors, listeners, takeTold }) => {
    await doors.open([A]);
    const other = occupy(doors.port);
    await doors.update([A, B]);
    clock.pass(1_000);
    clock.pass(1_000);
    assertEquals(takeTold().map((it) => it.slice(0, 29)), [
      "cannot listen on 127.0.0.2: A",
    ]);
    other.close();
    clock.pass(1_000);
    assertEquals(listeners.addresses, [A, B]);
    assertEquals(takeTold(), ["listening on 127.0.0.2 as well"]);
  }));

Deno.test("Doors starts without an address that was not named, but not without a named one", async () => {
  await withDoors([], async ({ doors, listeners }) => {
    await doors.open([GONE, A]);
    assertEquals(listeners.addresses, [A]);
  });
  await withDoors([GONE], async ({ doors, listeners }) => {
    const failure = await doors.open([A, GONE]);
    assertEquals(failure, {
      ...{ name: "AddrNotAvailable", message: "gone", hostname: GONE },
    });
    assertEquals(listeners.addresses, []);
  });
});

Deno.test("Doors opens nothing more when nobody listens any more", () =>
  withDoors([], async ({ doors, listeners, takeTold }) => {
    await doors.open([A]);
    await listeners.close();
    await doors.update([A, B]);
    assertEquals(takeTold(), []);
    occupy(doors.port).close();
  }));
