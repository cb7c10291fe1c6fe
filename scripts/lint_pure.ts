/**
 * A lint rule that keeps `lib/protocol/` and `lib/policy/` pure: no runtime,
 * clock, randomness, console, waiting, or import of anything that has them.
 *
 * @module
 */

const PURE_FOLDERS = /[\\/]lib[\\/](protocol|policy)[\\/][^\\/]+\.ts$/;

/** Imports a pure file may have: its own folder and the other pure one. */
const PURE_IMPORTS = /^(\.\/|\.\.\/(protocol|policy)\/)[a-z_]+\.ts$/;

const IMPURE_NAMES = new Set([
  "Deno",
  "Date",
  "Temporal",
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
          },
          MemberExpression(node) {
            if (
              node.object.type === "Identifier" &&
              node.object.name === "Math" &&
              !(node.property.type === "Identifier" && !node.computed &&
                node.property.name !== "random")
            ) report(node, `"Math.random"`);
          },
          AwaitExpression: (node) => report(node, "await"),
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
