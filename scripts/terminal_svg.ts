/**
 * The screen of a terminal as a picture. It brings its own background, so that
 * it can be seen on light and on dark pages.
 *
 * @module
 */

/** Pixels; a character is 0.6 times as wide as high in all common fonts. */
const FONT_SIZE = 14;
const CHARACTER_WIDTH = 0.6 * FONT_SIZE;
const LINE_HEIGHT = 20;
const PADDING = 16;
const BACKGROUND = "#161b22";
const FOREGROUND = "#e6edf3";
const FAINT = "#8b949e";
/** The colours of `lib/report/dress.ts`, by the parameter of `ESC [ m`. */
const FILLS: ReadonlyMap<string, string> = new Map([
  ["31", "#ff7b72"],
  ["33", "#e3b341"],
]);

/** Characters of one colour. */
interface Run {
  readonly text: string;
  readonly fill: string | undefined;
}

/**
 * Draws a screen.
 *
 * @param screen Its lines, with `ESC [ ... m` as the only escape sequences.
 */
export function terminalSvg(screen: string): string {
  const lines = screen.trimEnd().split("\n").map(runsOf);
  const columns = Math.max(...lines.map(lengthOf));
  const width = Math.ceil(columns * CHARACTER_WIDTH) + 2 * PADDING;
  const height = lines.length * LINE_HEIGHT + 2 * PADDING;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" ` +
    `height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="ui-monospace, Menlo, Consolas, monospace" ` +
    `font-size="${FONT_SIZE}" fill="${FOREGROUND}" xml:space="preserve">`;
  const back = `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`;
  const texts = lines.flatMap((line, i) =>
    line.length === 0 ? [] : [draw(line, PADDING + (i + 0.75) * LINE_HEIGHT)]
  );
  return [head, back, ...texts, "</svg>", ""].join("\n");
}

/** No line of the log has another one's colour. */
function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let isFaint = false;
  let color: string | undefined;
  // Every other part is what stands between ESC [ and m.
  // deno-lint-ignore no-control-regex -- these are what a terminal gets
  for (const [i, part] of line.split(/\x1b\[([0-9;]*)m/).entries()) {
    if (i % 2 === 0) {
      if (part !== "") runs.push({ text: part, fill: isFaint ? FAINT : color });
      continue;
    }
    for (const parameter of part.split(";")) {
      if (parameter === "2") isFaint = true;
      else if (parameter === "39") color = undefined;
      else if (FILLS.has(parameter)) color = FILLS.get(parameter);
      else [isFaint, color] = [false, undefined];
    }
  }
  return runs;
}

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { text }) => sum + text.length, 0);
}

/** In a width of its own, whichever font there is. */
function draw(runs: readonly Run[], y: number): string {
  const spans = runs.map(({ text, fill }) =>
    fill === undefined
      ? escape(text)
      : `<tspan fill="${fill}">${escape(text)}</tspan>`
  );
  const width = (lengthOf(runs) * CHARACTER_WIDTH).toFixed(1);
  return `<text x="${PADDING}" y="${y}" textLength="${width}">${
    spans.join("")
  }</text>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
