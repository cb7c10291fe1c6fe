/**
 * One line of a terminal that is drawn again and again, and gone without a trace
 * when something else is printed.
 *
 * @module
 */

/** A terminal, as far as it is used. */
export interface Terminal {
  /** Writes as it is. */
  write(text: string): void;
  /** Its width by now. */
  columns(): number;
}

const EVERY_MS = 200;
const CLEAR = "\r\x1b[K";
const DEFAULT_COLUMNS = 80;

/** The line. */
export class Progress implements Disposable {
  readonly #terminal: Terminal;
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * Draws from now on.
   *
   * @param terminal Where.
   * @param line Says how it is by now, in printable characters.
   */
  constructor(terminal: Terminal, line: () => string) {
    this.#terminal = terminal;
    this.#timer = setInterval(() => this.#draw(line()), EVERY_MS);
  }

  #draw(line: string): void {
    // In the last column some terminals go on to the next line.
    const cut = line.slice(0, Math.max(0, this.#terminal.columns() - 1));
    this.#terminal.write(CLEAR + cut);
  }

  /** Draws no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#terminal.write(CLEAR);
  }
}

/** The terminal behind the standard error; `undefined` if it is none. */
export function stderrTerminal(): Terminal | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  const encoder = new TextEncoder();
  return {
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    columns() {
      try {
        // A terminal that does not know says 0.
        return Deno.consoleSize().columns || DEFAULT_COLUMNS;
      } catch {
        return DEFAULT_COLUMNS;
      }
    },
  };
}
