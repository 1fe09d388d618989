// Answers calls that an entry makes over and over: helpers that fan out, or call each other in circles, would otherwise be
// walked along every path there is, of which there are exponentially many.
import type { LoopContext } from "../model/model.ts";
import { originOf, walk, type FunctionNode, type Value } from "./values.ts";

/** Calls of one function that are walked whatever they are given: what rules compare between call sites is all there. */
const freeCalls = 24;
/** Beyond those, walks with the same arguments, so that circles have come round. */
const walksPerKey = 3;
/** Beyond these, rows of one table are the same whichever read they come from, numbers are alike, and one walk is enough. */
const fineCalls = 96;
const maxKeyLength = 4_000;
/** Loops in loops that are told apart. */
const maxLoopDepth = 4;

interface Outcome {
  walks: number;
  result: Value;
  hadEffect: boolean;
}

export interface CallKey {
  text: string;
  /** Arguments that differ in what they come from share it: for the reads behind them the call is one nobody followed. */
  isCoarse: boolean;
}

/** What the calls of one entry came to. Make a new one for each entry. */
export class RepeatedCalls {
  readonly #counts = new Map<FunctionNode, number>();
  readonly #outcomes = new Map<string, Outcome>();
  readonly #identities = new WeakMap<object, number>();
  #lastIdentity = 0;
  #isCoarse = false;

  /** A key when the call is one of many and its arguments can be compared; null: walk it. */
  keyOf(
    target: Extract<Value, { k: "function" }>,
    args: readonly Value[],
    loops: readonly LoopContext[],
  ): CallKey | null {
    const count = (this.#counts.get(target.node) ?? 0) + 1;
    this.#counts.set(target.node, count);
    if (count <= freeCalls) return null;
    const isCoarse = count > fineCalls;
    this.#isCoarse = isCoarse;
    const parts = [isCoarse ? "coarse" : "fine", this.#describe(target, 0)];
    let length = 0;
    for (const arg of args) {
      const part = this.#describe(arg, 0);
      parts.push(part);
      length += part.length;
      if (length > maxKeyLength) return null;
    }
    const depth = Math.min(loops.length, isCoarse ? 1 : maxLoopDepth);
    parts.push(`${depth}`, loops.at(-1)?.over ?? "");
    return { text: parts.join("|"), isCoarse };
  }

  find(key: CallKey): Outcome | null {
    const outcome = this.#outcomes.get(key.text);
    if (outcome === undefined) return null;
    return outcome.walks >= (key.isCoarse ? 1 : walksPerKey) ? outcome : null;
  }

  /** @param mutated - values changed in place meanwhile: a call that changes its arguments does so each time */
  note(
    key: CallKey,
    target: Extract<Value, { k: "function" }>,
    args: readonly Value[],
    mutated: ReadonlySet<Value>,
    outcome: { result: Value; hadEffect: boolean },
  ): void {
    if (mutated.size > 0)
      for (const given of target.self === null ? args : [target.self, ...args])
        for (const part of walk(given)) if (mutated.has(part)) return;
    const walks = (this.#outcomes.get(key.text)?.walks ?? 0) + 1;
    this.#outcomes.set(key.text, { walks, ...outcome });
  }

  #describe(value: Value, depth: number): string {
    if (depth > 4) return this.#identity(value);
    const list = (values: Iterable<Value>) =>
      [...values].map((item) => this.#describe(item, depth + 1)).join(",");
    switch (value.k) {
      case "const":
        if (this.#isCoarse && typeof value.value === "number") return "number";
        return `${typeof value.value}:${String(value.value)}`;
      case "unknown":
        return `?${value.origin}`;
      case "arg":
        return `arg:${value.path.join(".")}`;
      case "clock":
      case "filter-builder":
        return value.k;
      case "ctx":
        return `ctx:${value.kind}:${value.extra === null ? "" : [...value.extra].map(([name, item]) => `${name}=${this.#describe(item, depth + 1)}`).join(",")}`;
      case "db":
        return `db:${value.system}:${value.helper === true}`;
      case "table-handle":
        return `table:${value.table}`;
      case "rows":
        return `rows:${this.#reads(value.reads)}:${value.stages.join()}:${value.predicates.map((item) => item.text).join("&")}:${value.cut}`;
      case "row":
        return `row:${value.table}:${value.nullable}:${this.#reads(value.reads)}`;
      case "field":
        return `field:${value.table}:${value.path.join(".")}:${value.transformed}:${this.#reads(value.reads)}`;
      case "id":
        return `id:${value.table}:${value.origin}`;
      case "count":
        return `count:${this.#reads(value.reads)}`;
      case "field-ref":
      case "module":
        return `${value.k}:${value.path}`;
      case "api":
        return `api:${value.path.join(".")}`;
      case "external":
        return `external:${value.module}:${value.name}`;
      case "global":
        return `global:${value.name}`;
      case "page":
        return `page:${this.#describe(value.rows, depth + 1)}`;
      case "object":
        return `{${[...value.props].map(([name, item]) => `${name}=${this.#describe(item, depth + 1)}`).join(",")}${value.open ? "…" : ""}}`;
      case "array":
        return `[${list(value.elements)}:${value.over.over}:${value.exact}]`;
      case "union":
        return `(${list(value.options)})`;
      // Sums of sums: what they come from is all that is ever asked of them.
      case "derived":
        if (this.#isCoarse) return `~${originOf(value)}`;
        return `~(${[...new Set(sourcesOf(value).map((item) => this.#describe(item, depth + 1)))].sort().join(",")})`;
      case "function":
        return `function:${this.#identity(value.node)}:${this.#identity(value.env)}:${value.self === null ? "" : this.#identity(value.self)}`;
      default:
        return this.#identity(value);
    }
  }

  #reads(ids: readonly string[]): string {
    return this.#isCoarse ? `${ids.length > 0}` : ids.join();
  }

  #identity(value: object): string {
    let id = this.#identities.get(value);
    if (id === undefined) {
      id = ++this.#lastIdentity;
      this.#identities.set(value, id);
    }
    return `#${id}`;
  }
}

function sourcesOf(value: Value, depth = 0): Value[] {
  if (value.k !== "derived") return [value];
  return depth > 6 ? [] : value.from.flatMap((item) => sourcesOf(item, depth + 1));
}
