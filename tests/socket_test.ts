import { assertEquals } from "@std/assert";
import { post, type Socket, tellDenied } from "../lib/socket.ts";
import { CLIENT, FakeSocket } from "./front/fake_socket.ts";

/** A socket that sends nothing. */
class BrokenSocket extends FakeSocket implements Socket {
  readonly #error: Error;

  constructor(error: Error) {
    super();
    this.#error = error;
  }

  override send(): Promise<number> {
    return Promise.reject(this.#error);
  }
}

Deno.test("tellDenied() tells once that answers may not be sent, and of no lost one", async () => {
  const told: string[] = [];
  const onError = tellDenied((message) => told.push(message));
  const lost = new Deno.errors.ConnectionRefused("nobody there");
  const denied = new Deno.errors.NotCapable("Requires net access");
  for (const error of [lost, denied, denied]) {
    post(new BrokenSocket(error), new Uint8Array(4), CLIENT, onError);
  }
  await Promise.resolve();
  assertEquals(told, ["clients cannot be answered: Requires net access"]);
});
