/**
 * The project's own lint rules:
 *
 * - `pure` keeps `lib/protocol/` and `lib/policy/` pure: no runtime, clock,
 *   randomness, console, waiting, or import of anything that has them.
 * - `one-way` keeps the arrows between the rooms of `lib/` pointing one way.
 *
 * @module
 */

/** The files beside the rooms, as an entry of {@linkcode MAY_IMPORT}. */
const PLAIN = "*.ts";

/**
 * What each room of `lib/` may import of the others: whole rooms, single files,
 * or the plain files. A folder without a row is an error.
 */
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "main.ts",
    [
      "cli",
      "threads",
      "client",
      "policy/address.ts",
      "report/complaint.ts",
      "report/log_writer.ts",
      "report/screen.ts",
      "report/watched.ts",
      PLAIN,
    ],
  ],
  [
    "cli",
    [
      ...["policy", "protocol/options.ts", "protocol/request.ts"],
      ...["config.ts", "orders.ts"],
    ],
  ],
  [
    "client",
    [
      // The doctor tries a real server.
      "threads/server.ts",
      "threads/explain.ts",
      "threads/own_addresses.ts",
      "storage/run.ts",
      "storage/space.ts",
      "report/receipt.ts",
      "report/words.ts",
      "policy",
      "protocol",
      PLAIN,
    ],
  ],
  [
    "threads",
    [
      "front/message.ts",
      "front/worker.ts",
      "transfer/message.ts",
      "transfer/worker.ts",
      // Both are one thread where there is a single port.
      "front/desk.ts",
      "transfer/open_room.ts",
      "storage",
      "policy",
      PLAIN,
    ],
  ],
  ["front", ["report", "policy", "protocol", PLAIN]],
  ["transfer", ["report", "storage", "policy", "protocol", PLAIN]],
  ["storage", ["policy", PLAIN]],
  ["report", ["policy", "protocol", PLAIN]],
  [PLAIN, ["policy", "protocol", PLAIN]],
  ["policy", ["protocol"]],
  ["protocol", []],
]);

/** What of the rest of the project the entry may import. */
const MANIFEST = "deno.json";
/** Imports a pure file may have: its own folder and the other pure one. */
const PURE_IMPORTS = /^(\.\/|\.\.\/(protocol|policy)\/)[a-z_]+\.ts$/;

const IMPURE_NAMES = new Set([
  ...["Deno", "Date", "Temporal", "Intl", "AbortSignal", "performance"],
  ...["setTimeout", "setInterval", "clearTimeout", "clearInterval"],
  ...["setImmediate", "queueMicrotask", "requestAnimationFrame", "Promise"],
  ...["console", "crypto", "fetch", "Worker", "localStorage", "process"],
  ...["globalThis", "self", "eval", "Function"],
]);

/** The folder of the project, a separator at its end. */
const ROOT = (import.meta.dirname ?? "").slice(0, -"scripts".length);

/** A file's path inside the project. */
function placeOf(filename: string): string {
  const place = filename.startsWith(ROOT)
    ? filename.slice(ROOT.length)
    : filename;
  return place.replaceAll("\\", "/");
}

/** The row of {@linkcode MAY_IMPORT} that a place belongs to, if any. */
function roomOf(place: string): string | undefined {
  if (place === "main.ts") return place;
  const [top, room, ...rest] = place.split("/");
  if (top !== "lib" || room === undefined) return undefined;
  return rest.length === 0 ? PLAIN : room;
}

/** Visits whatever names another module in a text. */
function visitSources(
  visit: (node: Deno.lint.Node, source: unknown) => void,
): Deno.lint.LintVisitor {
  const visitStatement = (
    node:
      | Deno.lint.ImportDeclaration
      | Deno.lint.ExportAllDeclaration
      | Deno.lint.ExportNamedDeclaration,
  ) => {
    if (node.source !== null) visit(node, node.source.value);
  };
  return {
    ImportDeclaration: visitStatement,
    ExportAllDeclaration: visitStatement,
    ExportNamedDeclaration: visitStatement,
    ImportExpression: (node) => visit(node, valueOf(node.source)),
    TSImportType({ argument, parent }) {
      visit(
        parent,
        argument.type === "TSLiteralType"
          ? valueOf(argument.literal)
          : undefined,
      );
    },
  };
}

function valueOf(node: Deno.lint.Node): unknown {
  return node.type === "Literal" ? node.value : undefined;
}

function isPureMath(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  return parent.type === "MemberExpression" && parent.object === node &&
    !parent.computed && parent.property.type === "Identifier" &&
    parent.property.name !== "random";
}

function createPure(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const room = roomOf(placeOf(context.filename));
  if (room !== "protocol" && room !== "policy") return {};
  const report = (node: Deno.lint.Node, what: string) =>
    context.report({
      node,
      message: `${what} in a pure file`,
      hint: "Take it as an argument, or return it as an action.",
    });
  const checkFunction = (
    node:
      | Deno.lint.FunctionDeclaration
      | Deno.lint.FunctionExpression
      | Deno.lint.ArrowFunctionExpression,
  ) => {
    if (node.async) report(node, "async function");
  };
  return {
    ...visitSources((node, source) => {
      if (typeof source === "string" && PURE_IMPORTS.test(source)) return;
      report(node, `Import of "${source}"`);
    }),
    Identifier(node) {
      if (IMPURE_NAMES.has(node.name)) report(node, `"${node.name}"`);
      // Math is pure but for one of its functions, so it may only be used where
      // one can see which.
      if (node.name === "Math" && !isPureMath(node)) {
        report(node, `"Math.random"`);
      }
    },
    ForOfStatement(node) {
      if (node.await) report(node, "for await");
    },
    AwaitExpression: (node) => report(node, "await"),
    TSImportEqualsDeclaration: (node) => report(node, "import ="),
    ImportExpression: (node) => report(node, "Dynamic import"),
    FunctionDeclaration: checkFunction,
    FunctionExpression: checkFunction,
    ArrowFunctionExpression: checkFunction,
  };
}

function createOneWay(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const place = placeOf(context.filename);
  const room = roomOf(place);
  if (room === undefined) return {};
  const allowed = MAY_IMPORT.get(room);
  if (allowed === undefined) {
    return {
      Program: (node) =>
        context.report({ node, message: `${room} has no row in MAY_IMPORT` }),
    };
  }
  const report = (node: Deno.lint.Node, message: string) =>
    context.report({
      node,
      message,
      hint: "Imports go one way; see MAY_IMPORT in scripts/lint.ts.",
    });
  const check = (
    how: "imported" | "started",
    node: Deno.lint.Node,
    source: unknown,
  ) => {
    // Packages are the import map's business.
    if (typeof source !== "string" || !/^(\.{0,2}\/|file:)/.test(source)) {
      return;
    }
    const target = new URL(source, `file:///${place}`).pathname.slice(1);
    const other = roomOf(target);
    const isAllowed = other === undefined
      ? room === "main.ts" && target === MANIFEST
      : other === room || allowed.includes(other) ||
        allowed.includes(target.slice("lib/".length));
    if (!isAllowed) report(node, `${room} may not use "${source}"`);
    if (target.endsWith("/worker.ts") !== (how === "started")) {
      report(node, `"${source}" cannot be ${how}`);
    }
  };
  return {
    ...visitSources((node, source) => check("imported", node, source)),
    NewExpression(node) {
      const { callee, arguments: [source] } = node;
      if (callee.type !== "Identifier" || callee.name !== "URL") return;
      if (source !== undefined) check("started", node, valueOf(source));
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "wotftp",
  rules: {
    "pure": { create: createPure },
    "one-way": { create: createOneWay },
  },
};

export default plugin;
