/**
 * A lint rule that keeps `lib/protocol/` and `lib/policy/` pure: no runtime,
 * clock, randomness, console, waiting, or import of anything that has them.
 *
 * @module
 */

const PURE_FOLDERS = /[\\/]lib[\\/](protocol|policy)[\\/].+\.ts$/;

/** Imports a pure file may have: its own folder and the other pure one. */
const PURE_IMPORTS = /^(\.\/|\.\.\/(protocol|policy)\/)[a-z_]+\.ts$/;

const IMPURE_NAMES = new Set([
  "Deno",
  "Date",
  "Temporal",
  "Intl",
  "AbortSignal",
  "performance",
  "setTimeout",
  "setInterval",
  "clearTimeout",
  "clearInterval",
  "setImmediate",
  "queueMicrotask",
  "requestAnimationFrame",
  "console",
  "crypto",
  "fetch",
  "Worker",
  "localStorage",
  "process",
  "globalThis",
  "self",
  "Promise",
  "eval",
  "Function",
]);

function isPureMath(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  return parent.type === "MemberExpression" && parent.object === node &&
    !parent.computed && parent.property.type === "Identifier" &&
    parent.property.name !== "random";
}

const plugin: Deno.lint.Plugin = {
  name: "wotftp",
  rules: {
    "pure": {
      create(context) {
        if (!PURE_FOLDERS.test(context.filename)) return {};
        const report = (node: Deno.lint.Node, what: string) =>
          context.report({
            node,
            message: `${what} in a pure file`,
            hint: "Take it as an argument, or return it as an action.",
          });
        const checkSource = (
          node: Deno.lint.Node,
          source: Deno.lint.StringLiteral | null,
        ) => {
          if (source !== null && !PURE_IMPORTS.test(source.value)) {
            report(node, `Import of "${source.value}"`);
          }
        };
        const checkFunction = (
          node:
            | Deno.lint.FunctionDeclaration
            | Deno.lint.FunctionExpression
            | Deno.lint.ArrowFunctionExpression,
        ) => {
          if (node.async) report(node, "async function");
        };
        return {
          Identifier(node) {
            if (IMPURE_NAMES.has(node.name)) report(node, `"${node.name}"`);
            // Math is pure but for one of its functions, so it may only be
            // used where one can see which.
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
          ImportDeclaration: (node) => checkSource(node, node.source),
          ExportAllDeclaration: (node) => checkSource(node, node.source),
          ExportNamedDeclaration: (node) => checkSource(node, node.source),
          FunctionDeclaration: checkFunction,
          FunctionExpression: checkFunction,
          ArrowFunctionExpression: checkFunction,
        };
      },
    },
  },
};

export default plugin;
