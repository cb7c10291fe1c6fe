/**
 * Answers Prometheus and health checks over HTTP, from the main thread: not from
 * one that touches a datagram.
 *
 * @module
 */

import type { MetricsAddress } from "../config.ts";
import type { FrontNews } from "../front/message.ts";
import { Problem, textOf } from "../problem.ts";
import { within } from "./within.ts";

/** How things stand. */
export type Measured = Extract<FrontNews, { kind: "measured" }>;

/** A front that does not answer within this time is in trouble. */
const ANSWER_WITHIN_MS = 1_000;
const TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** Listens for Prometheus. */
export class MetricsServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #ask: () => void;
  /** Those who asked share the next answer. */
  #asked: PromiseWithResolvers<Measured | undefined> | undefined;

  /**
   * Begins to listen.
   *
   * @param address Where.
   * @param ask Has {@linkcode take} called soon.
   * @throws {Problem} If the address cannot be had.
   */
  constructor({ hostname, port }: MetricsAddress, ask: () => void) {
    this.#ask = ask;
    try {
      this.#server = Deno.serve(
        { hostname, port, onListen: () => {} },
        (request) => this.#answer(request),
      );
    } catch (error) {
      throw new Problem(
        `cannot serve metrics on ${hostname}:${port}: ${textOf(error)}`,
        "name a free address of this machine with --metrics",
        { cause: error },
      );
    }
  }

  /** The port it listens on. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** Takes the answer to what was asked. */
  take(measured: Measured): void {
    this.#asked?.resolve(measured);
  }

  /** Stops to listen, whoever is still connected. */
  async close(): Promise<void> {
    await within(ANSWER_WITHIN_MS, this.#server.shutdown());
  }

  async #measure(): Promise<Measured | undefined> {
    if (this.#asked !== undefined) return await this.#asked.promise;
    const asked = Promise.withResolvers<Measured | undefined>();
    this.#asked = asked;
    this.#ask();
    const isAnswered = await within(ANSWER_WITHIN_MS, asked.promise);
    if (!isAnswered) asked.resolve(undefined);
    this.#asked = undefined;
    return await asked.promise;
  }

  async #answer({ method, url }: Request): Promise<Response> {
    if (method !== "GET" && method !== "HEAD") {
      return new Response("only GET\n", { status: 405 });
    }
    const { pathname } = new URL(url);
    if (pathname !== "/metrics" && pathname !== "/healthz") {
      return new Response("see /metrics and /healthz\n", { status: 404 });
    }
    const measured = await this.#measure();
    if (measured === undefined) {
      return unavailable("the server does not answer");
    }
    const { text, trouble } = measured;
    const headers = { "content-type": TEXT };
    if (pathname === "/metrics") return new Response(text, { headers });
    return trouble === undefined
      ? new Response("ok\n", { headers })
      : unavailable(trouble);
  }
}

function unavailable(reason: string): Response {
  return new Response(`${reason}\n`, { status: 503 });
}
