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

/**
 * Draws from now on, until it is disposed of.
 *
 * @param line Says how it is by now, in printable characters.
 */
export function showProgress(
  terminal: Terminal,
  line: () => string,
): Disposable {
  const timer = setInterval(() => {
    // In the last column some terminals go on to the next line.
    const width = Math.max(0, terminal.columns() - 1);
    terminal.write(CLEAR + line().slice(0, width));
  }, EVERY_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      terminal.write(CLEAR);
    },
  };
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
