// Code that nothing registered calls still holds reads: it is run with what its parameters' names and types say.
import type ts from "typescript6";
import { instantiate } from "../evaluate/calls.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";
import type { Value } from "../evaluate/values.ts";
import type { ConvexFolder } from "../project/discover.ts";

type Guard = (run: () => void) => void;

export function runUnreached(e: Evaluator, folder: ConvexFolder, guard: Guard): void {
  for (const file of folder.sourceFiles) {
    const module = e.modules.load(file);
    if (module === null) continue;
    for (const name of module.env.names()) {
      const value = module.env.lookup(name);
      if (value?.k === "function") {
        const { node } = value;
        if (node.getSourceFile().fileName !== file || e.facts.evaluatedFunctions.has(node))
          continue;
        guard(() => {
          e.runHelper(value, [], node);
        });
      } else if (value?.k === "class" && value.node.getSourceFile().fileName === file) {
        guard(() => {
          runMethods(e, value);
        });
      }
    }
  }
  runClosures(e, new Set(folder.sourceFiles), guard);
}

function runMethods(e: Evaluator, value: Extract<Value, { k: "class" }>): void {
  const isReached = value.node.members.some((member) => e.facts.evaluatedFunctions.has(member));
  if (isReached) return;
  const instance = instantiate(e, value, [], value.node);
  if (instance.k !== "object") return;
  for (const method of instance.props.values())
    if (method.k === "function") e.runHelper(method, [], method.node);
}

/** Functions in functions in functions. */
const maxRounds = 3;

/** Functions that were made (a method of an object, a function a helper returns, an argument of an unknown builder) and never called. */
function runClosures(e: Evaluator, files: ReadonlySet<string>, guard: Guard): void {
  for (let round = 0; round < maxRounds; round++) {
    const waiting = [...e.facts.closures].filter(
      ([node]) =>
        !e.facts.evaluatedFunctions.has(node) &&
        files.has(node.getSourceFile().fileName) &&
        mayRead(node),
    );
    if (waiting.length === 0) return;
    for (const [node, value] of waiting) {
      // One that was waiting may have been called by another meanwhile.
      if (e.facts.evaluatedFunctions.has(node)) continue;
      guard(() => {
        e.entry = e.facts.entries.find(({ call }) => isWithin(node, call)) ?? null;
        e.runHelper(value, [], node);
        e.entry = null;
      });
    }
  }
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return (
    node.getSourceFile() === outer.getSourceFile() && node.pos >= outer.pos && node.end <= outer.end
  );
}

function mayRead(node: ts.Node): boolean {
  return /\.\s*(query|get|insert|patch|replace|delete)\s*\(/.test(node.getText());
}
