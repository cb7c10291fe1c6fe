/**
 * The README's tables of what the log as JSON, receipts and metrics hold, made
 * from the tables in the code. Prints them, or with `--write` puts them into the
 * README.
 *
 * @module
 */

import {
  COMMON_FIELDS,
  EVENTS,
  FIELD_MEANINGS,
  FIELD_UNITS,
  type FieldName,
} from "../lib/report/json_fields.ts";
import { METRICS, PREFIX } from "../lib/report/metrics_table.ts";
import { RECEIPT_FIELDS } from "../lib/report/receipt.ts";

const README = new URL("../README.md", import.meta.url);
/** What stands around the tables. */
const BEGIN = "<!-- made by `deno task reference --write` -->";
const END = "<!-- end of what is made -->";

/** All tables, as Markdown that `deno fmt` leaves alone. */
export function reference(): string {
  const events = Object.entries(EVENTS)
    .map(([event, { meaning }]) => [code(event), meaning]);
  const fields = fieldNames().map((field) => [
    code(field),
    FIELD_MEANINGS[field],
    FIELD_UNITS[field] ?? "",
    placesOf(field).join(", "),
  ]);
  const metrics = METRICS.map(({ help, label, name, type }) => [
    code(`${PREFIX}${name}`),
    help,
    type,
    label === undefined ? "" : code(label),
  ]);
  return [
    table(["event", "meaning"], events),
    table(["field", "meaning", "unit", "in"], fields),
    table(["metric", "meaning", "type", "label"], metrics),
  ].join("\n");
}

/** A README with the tables as they are now. */
export function withReference(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`README.md lacks the lines "${BEGIN}" and "${END}"`);
  }
  return `${readme.slice(0, begin)}${BEGIN}\n\n${reference()}\n` +
    readme.slice(end);
}

function fieldNames(): FieldName[] {
  return Object.keys(FIELD_MEANINGS).filter(isField);
}

function isField(name: string): name is FieldName {
  return name in FIELD_MEANINGS;
}

/** Where a field is to be found. */
function placesOf(field: FieldName): string[] {
  const events = COMMON_FIELDS.includes(field)
    ? ["every event"]
    : Object.entries(EVENTS)
      .flatMap(([event, { fields }]) => fields.includes(field) ? [event] : []);
  const names: readonly FieldName[] = RECEIPT_FIELDS;
  return names.includes(field) ? [...events, "receipt"] : events;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((it, i) => it.padEnd(widths[i] ?? 0)).join(" | ")} |\n`;
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows].map(line).join("");
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((it, i) => it !== "--write" || i > 0);
  if (unknown !== undefined) {
    // deno-lint-ignore no-console -- a tool's word to its user.
    console.error(`reference: error: unexpected argument "${unknown}"`);
    return 2;
  }
  if (args.length === 0) {
    await Deno.stdout.write(new TextEncoder().encode(reference()));
  } else {
    const readme = await Deno.readTextFile(README);
    await Deno.writeTextFile(README, withReference(readme));
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
