import { assert, assertEquals } from "@std/assert";
import {
  excuse,
  greet,
  isKnown,
  mayAsk,
  noStrangers,
  SERVED_AT_ONCE,
  SERVED_KNOWN,
} from "../../lib/policy/strangers.ts";
import { Random } from "../random.ts";

function someone(random: Random): { hostname: string; port: number } {
  const [a, b, c] = random.list(3, () => random.int(0, 255));
  return { hostname: `10.${a}.${b}.${c}`, port: random.int(1_024, 65_535) };
}

/** Uses up what is served at once. */
function crowd(now: number) {
  const strangers = noStrangers();
  const random = new Random(1);
  for (let i = 0; i < SERVED_AT_ONCE.burst; i++) {
    assert(mayAsk(strangers, someone(random), now));
  }
  return { strangers, random };
}

Deno.test("mayAsk() serves a crowd at once, then has strangers ask twice", () => {
  const { strangers } = crowd(1_000);
  const peer = { hostname: "192.0.2.7", port: 50_000 };
  assert(!mayAsk(strangers, peer, 1_000));
  assert(!mayAsk(strangers, { ...peer, port: 50_001 }, 1_000));
  assert(mayAsk(strangers, peer, 1_001));
});

Deno.test("mayAsk() remembers who asked for five seconds at least", () => {
  for (const [askedAt, again] of [[1_000, 5_900], [5_999, 10_998]] as const) {
    const { strangers, random } = crowd(1_000);
    const peer = { hostname: "192.0.2.7", port: 50_000 };
    // Keep the bucket empty, whatever the time.
    for (let t = 1_000; t <= again; t += 1_000) {
      for (let i = 0; i < 1_100; i++) mayAsk(strangers, someone(random), t);
    }
    mayAsk(strangers, peer, askedAt);
    assert(mayAsk(strangers, peer, again), `${askedAt} and ${again}`);
  }
});

Deno.test("mayAsk() lets little of a flood of forged senders in", () => {
  const { strangers, random } = crowd(0);
  let served = 0;
  const requests = 50_000;
  for (let i = 0; i < requests; i++) {
    if (mayAsk(strangers, someone(random), i / 50)) served++;
  }
  // A second's worth of what is served at once, and chance.
  assert(served < SERVED_AT_ONCE.perSecond + requests / 300, `${served}`);
});

Deno.test("mayAsk() serves a known network whatever strangers do, but not any flood in its name", () => {
  const { strangers } = crowd(0);
  greet(strangers, "192.0.2.7", 0);
  const { burst, perSecond } = SERVED_KNOWN;
  const ask = (port: number, now: number, hostname = "192.0.2.9") =>
    mayAsk(strangers, { hostname, port }, now);
  for (let port = 0; port < burst; port++) assert(ask(port, 0));
  assert(!ask(burst, 0));
  assert(ask(burst, 0), "the second time");
  // A block excuses no other request, and the first one only its own.
  greet(strangers, "192.0.2.7", 0);
  excuse(strangers, { hostname: "192.0.2.7", isStranger: false }, 0);
  assert(ask(burst + 1, 0));
  assert(!ask(burst + 2, 0));
  const flood = Array.from({ length: 2 * perSecond }, (_, i) => 20_000 + i);
  const served = flood.filter((port) => ask(port, 1_000));
  assertEquals(served.length, perSecond);
  // Nobody else has to wait for that, and later it is forgotten.
  greet(strangers, "198.51.100.1", 1_000);
  assert(ask(1, 1_000, "198.51.100.1"));
  assert(ask(60_000, 1_001));
});

Deno.test("mayAsk() serves those who are there as often as they send a block", () => {
  const strangers = noStrangers();
  const proveAll = (networks: number, now: number) => {
    // A whole site asks before the first block comes, day after day.
    for (let i = 0; i < 2_000; i++) {
      const hostname = `10.0.${i % networks}.1`;
      const isStranger = !isKnown(strangers, hostname, now);
      assert(mayAsk(strangers, { hostname, port: i }, now), `${i} at ${now}`);
      asked.push({ hostname, isStranger });
    }
    for (const asker of asked.splice(0)) {
      excuse(strangers, asker, now);
      greet(strangers, asker.hostname, now);
    }
  };
  const asked: { hostname: string; isStranger: boolean }[] = [];
  for (let round = 0; round < 10; round++) proveAll(1, 0);
  for (let round = 0; round < 10; round++) proveAll(200, 24 * 3_600_000);
});

Deno.test("isKnown() is true for the whole network of a client that sent a block, for a while", () => {
  const strangers = noStrangers();
  greet(strangers, "192.0.2.7", 0);
  greet(strangers, "::ffff:198.51.100.1", 0);
  greet(strangers, "2001:db8:0:1::7", 0);
  const rows = [
    ["192.0.2.9", 0, true],
    ["198.51.100.9", 0, true],
    ["2001:db8:0:1::9", 0, true],
    ["2001:db8:0:2::9", 0, false],
    ["192.0.3.7", 0, false],
    ["192.0.2.9", 599_999, true],
    ["192.0.2.9", 600_000, false],
  ] as const;
  for (const [hostname, now, known] of rows) {
    const found = isKnown(strangers, hostname, now);
    assertEquals(found, known, `${hostname} ${now}`);
  }
});

Deno.test("greet() forgets the network that was silent for longest, beyond its limit", () => {
  const strangers = noStrangers();
  for (let i = 0; i < 4_096; i++) {
    greet(strangers, `10.${i >> 8}.${i & 255}.1`, i);
  }
  greet(strangers, "10.0.0.1", 5_000);
  greet(strangers, "192.0.2.1", 5_000);
  assertEquals(strangers.known.size, 4_096);
  assert(isKnown(strangers, "10.0.0.1", 5_000));
  assert(!isKnown(strangers, "10.0.1.1", 5_000));
});
