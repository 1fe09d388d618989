// The evaluator: runs a project's functions over abstract values, following queries through variables, branches, helpers and files.
import ts from "typescript6";
import type { FunctionKind, LoopContext, RowUse } from "../model/model.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { fieldType, type FieldType } from "../schema/validator.ts";
import type { Program } from "../syntax/program.ts";
import type { TypeOracle } from "../types/oracle.ts";
import { bindParameters } from "./binding.ts";
import { AssignmentLog, Environment } from "./environment.ts";
import { evaluateExpression } from "./expressions.ts";
import { Facts, type BranchPoint } from "./facts.ts";
import { ModuleTable } from "./modules.ts";
import { asksForOneCase, conditionOfPath, conditionOfPaths } from "./predicates.ts";
import { RepeatedCalls } from "./repeats.ts";
import { runBlock } from "./statements.ts";
import {
  union,
  undefinedValue,
  unknown,
  walk,
  type Entry,
  type FunctionNode,
  type RowsValue,
  type Value,
} from "./values.ts";

/** Helpers called from helpers; beyond it, and in circles, a call is unknown. */
const maxDepth = 40;
/** Nested expressions; the parser lets through more than the stack of a walk over them holds. */
const maxNesting = 700;
/**
 * Steps one entry may take. A program that has used up many already gets fewer for each of the rest, so that a large
 * one ends in time; a handler of 300 lines takes about 5,000.
 */
const stepLimits = [
  { from: 0, perEntry: 120_000 },
  { from: 2_000_000, perEntry: 30_000 },
  { from: 6_000_000, perEntry: 8_000 },
];

export interface Frame {
  node: FunctionNode;
  returns: Value[];
  /** Objects and arrays changed in place while it runs. */
  mutated: Set<Value>;
  /** Beside each return, the conditions on the way to it; null for one inside a loop. */
  paths: (NonNullable<BranchPoint["holds"]>[] | null)[];
  /** Branches that were open when the function was entered. */
  branchDepth: number;
  /** Loops that ran when the function was entered. */
  loopDepth: number;
  /** What came out depends on the types at its call site, not on the arguments' values alone. */
  isTypedByCall?: true;
}

/** What is known of a registered function from running its module. */
export type IntrospectedKind = (
  file: string,
  exportName: string,
) => { kind: FunctionKind; visibility: Entry["visibility"] } | null;

function resultOf(frame: Frame): Value {
  return frame.returns.length === 0 ? undefinedValue : union(...frame.returns);
}

/** One run over one Convex folder. */
export class Evaluator {
  readonly program: Program;
  readonly facts = new Facts();
  readonly log = new AssignmentLog();
  readonly modules: ModuleTable;
  readonly introspectedKind: IntrospectedKind;
  schema: SchemaDefinition | null;
  /** Asked where values are vague; null to leave them so. */
  readonly oracle: TypeOracle | null;

  entry: Entry | null = null;
  loops: LoopContext[] = [];
  branches: BranchPoint[] = [];
  frames: Frame[] = [];
  /** Call sites from the entry to here. */
  trace: ts.Node[] = [];
  /** `try` blocks around here whose `catch` does not throw again. */
  catching = 0;
  /** Classes of which an instance is being made. */
  readonly instantiating = new Set<ts.Node>();
  #steps = 0;
  #stepsBefore = 0;
  #stepLimit = stepLimits[0]?.perEntry ?? 0;
  #nesting = 0;
  #effects = 0;
  #repeats = new RepeatedCalls();

  constructor(
    program: Program,
    schema: SchemaDefinition | null,
    introspectedKind: IntrospectedKind = () => null,
    oracle: TypeOracle | null = null,
  ) {
    this.program = program;
    this.schema = schema;
    this.introspectedKind = introspectedKind;
    this.oracle = oracle;
    this.modules = new ModuleTable(this);
  }

  /** Evaluates an expression. Beyond the limits of an entry everything is unknown, and the entry is told of. */
  evaluate(node: ts.Expression, env: Environment): Value {
    if (++this.#steps > this.#stepLimit || this.#nesting >= maxNesting) {
      this.#noteCut();
      return unknown;
    }
    this.#nesting++;
    try {
      return evaluateExpression(this, node, env);
    } finally {
      this.#nesting--;
    }
  }

  #noteCut(): void {
    if (this.entry !== null) {
      this.facts.cut.add(this.entry);
      return;
    }
    const [outermost] = this.frames;
    const part = outermost?.node ?? this.modules.running;
    if (part !== null && part !== undefined) this.facts.cutParts.add(part);
  }

  /** An object or array is changed in place. */
  noteMutation(value: Value): void {
    this.frames.at(-1)?.mutated.add(value);
  }

  /** A value is taken as the id of a table. */
  noteIdUse(value: Value, target: string, node: ts.Node): void {
    const inOneCase = this.branches.some(
      ({ holds }) => holds !== undefined && asksForOneCase(holds.condition, holds.negated),
    );
    this.facts.idUses.push({ value, target, node, inOneCase });
  }

  /** Counts writes, schedules and runs; a call that raises it has an effect. */
  get effects(): number {
    return this.#effects;
  }

  noteEffect(): void {
    this.#effects++;
  }

  table(name: string): TableDefinition | null {
    return this.schema?.tables.find((table) => table.name === name) ?? null;
  }

  fieldType(table: string, path: readonly string[]): FieldType | null {
    const definition = this.table(table);
    return definition === null ? null : fieldType(definition.document, path, table);
  }

  /** The only table a field's ids lead to, or null. */
  idTarget(table: string, path: readonly string[]): string | null {
    const type = this.fieldType(table, path);
    if (type === null) return null;
    const targets = new Set<string>();
    for (const item of type.types) {
      if (item.type === "id") targets.add(item.tableName);
      else if (item.type !== "null") return null;
    }
    return targets.size === 1 ? ([...targets][0] ?? null) : null;
  }

  /** Calls a function value with evaluated arguments; recursion and depth end in unknown. */
  call(target: Value, args: Value[], site: ts.Node): Value {
    if (target.k === "union") {
      return union(...target.options.map((option) => this.call(option, args, site)));
    }
    if (target.k !== "function") {
      if (target.k === "registered" && target.entry.handler.k === "function")
        return this.call(target.entry.handler, args, site);
      return unknown;
    }
    const key = this.#repeats.keyOf(target, args, this.loops);
    const known = key === null ? null : this.#repeats.find(key);
    if (known !== null) {
      if (known.hadEffect) this.noteEffect();
      if (key?.isCoarse === true) for (const arg of args) this.escape(arg);
      return known.result;
    }
    const effectsBefore = this.#effects;
    const frame = this.#enter(target, args, site);
    if (frame === null) return unknown;
    const result = resultOf(frame);
    if (key !== null && frame.isTypedByCall !== true)
      this.#repeats.note(key, target, args, frame.mutated, {
        result,
        hadEffect: this.#effects > effectsBefore,
      });
    return result;
  }

  /** Runs a function's body; null when it has none, or runs already. */
  #enter(target: Extract<Value, { k: "function" }>, args: Value[], site: ts.Node): Frame | null {
    const { node, env, self } = target;
    if (node.body === undefined) return null;
    if (this.frames.some((frame) => frame.node === node)) return null;
    if (this.frames.length >= maxDepth) {
      this.#noteCut();
      return null;
    }
    const branchDepth = this.branches.length;
    const frame: Frame = {
      node,
      returns: [],
      mutated: new Set(),
      paths: [],
      branchDepth,
      loopDepth: this.loops.length,
    };
    const local = new Environment(env);
    if (self !== null) local.self = self;
    this.facts.evaluatedFunctions.add(node);
    this.frames.push(frame);
    this.trace.push(site);
    try {
      bindParameters(this, node.parameters, args, local);
      if (ts.isBlock(node.body)) {
        runBlock(this, node.body.statements, local, () => {
          this.noteReturn(undefinedValue);
        });
      } else {
        this.noteReturn(this.evaluate(node.body, local));
      }
    } finally {
      this.branches.length = branchDepth;
      this.trace.pop();
      this.frames.pop();
      for (const value of frame.mutated) this.noteMutation(value);
    }
    return frame;
  }

  /** Notes what the running function returns, and on which conditions. */
  noteReturn(value: Value): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    frame.returns.push(value);
    const open = this.branches.slice(frame.branchDepth);
    const path = open.flatMap((point) => (point.holds === undefined ? [] : [point.holds]));
    frame.paths.push(this.loops.length > frame.loopDepth ? null : path);
  }

  /** Calls a function that answers yes or no: early returns become parts of the condition. */
  callTest(target: Value, args: Value[], site: ts.Node): Value {
    if (target.k !== "function") return this.call(target, args, site);
    const frame = this.#enter(target, args, site);
    if (frame === null) return unknown;
    return frame.returns.length < 2 ? resultOf(frame) : conditionOfPaths(frame);
  }

  /** Runs a function for what it does. The answer is what must be true for it to get to its end. */
  callToEnd(target: Extract<Value, { k: "function" }>, args: Value[], site: ts.Node): Value {
    const frame = this.#enter(target, args, site);
    return frame === null ? unknown : conditionOfPath(frame.paths.at(-1) ?? null);
  }

  /** Runs `body` inside a loop. */
  inLoop<T>(loop: LoopContext, body: () => T): T {
    this.loops.push(loop);
    try {
      return body();
    } finally {
      this.loops.pop();
    }
  }

  /** Runs a registered function's handler from the start. */
  runEntry(entry: Entry, args: Value[]): Value {
    this.entry = entry;
    this.#reset();
    try {
      return this.call(entry.handler, args, entry.call);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.facts.cut.add(entry);
      return unknown;
    } finally {
      this.entry = null;
      this.#reset();
    }
  }

  /** What the function at an address (`folder/file:name`) gives to those who call it by reference. */
  resultAt: (address: string) => Value = () => unknown;

  /**
   * Runs something else in the middle of a run, which then goes on as if nothing had been. Where the code being run is
   * nested deeply, it is left undone.
   */
  aside(run: () => void): void {
    if (this.#nesting > maxNesting / 4) return;
    const { entry, loops, branches, frames, trace } = this;
    const steps = this.#steps;
    const stepLimit = this.#stepLimit;
    const nesting = this.#nesting;
    const effects = this.#effects;
    const repeats = this.#repeats;
    this.#steps = 0;
    this.#reset();
    try {
      run();
    } finally {
      Object.assign(this, { entry, loops, branches, frames, trace });
      this.#steps = steps;
      this.#stepLimit = stepLimit;
      this.#nesting = nesting;
      this.#effects = effects;
      this.#repeats = repeats;
    }
  }

  /** Runs the top level of a module, which registers its functions. */
  runModule(path: string): void {
    this.#reset();
    try {
      this.modules.runTopLevel(path);
    } finally {
      this.#reset();
    }
  }

  /** Runs a helper that no registered function reached. */
  runHelper(target: Value, args: Value[], site: ts.Node): void {
    this.#reset();
    const result = this.call(target, args, site);
    this.escape(result);
    this.#reset();
  }

  #reset(): void {
    this.#stepsBefore += this.#steps;
    this.#steps = 0;
    this.#stepLimit =
      stepLimits.findLast(({ from }) => this.#stepsBefore >= from)?.perEntry ?? this.#stepLimit;
    this.#repeats = new RepeatedCalls();
    this.#nesting = 0;
    this.loops = [];
    this.branches = [];
    this.frames = [];
    this.trace = [];
    this.catching = 0;
  }

  /** A value leaves what we can follow: rows in it count as used whole, queries as run somewhere unknown. */
  escape(value: Value, depth = 0): void {
    if (depth > 5) return;
    switch (value.k) {
      case "rows":
        this.useRows(value, "escape");
        break;
      case "row":
        this.useRow(value);
        break;
      case "arg":
        this.facts.inspect(this.entry, value.path);
        break;
      case "query":
        this.#escapeQuery(value);
        break;
      // A truth says nothing of the row it is about.
      case "compare":
      case "logic":
        for (const part of walk(value))
          if (part.k === "arg") this.facts.inspect(this.entry, part.path);
        break;
      case "union":
        for (const part of value.options) this.escape(part, depth + 1);
        break;
      case "derived":
        for (const part of value.from) this.escape(part, depth + 1);
        break;
      case "array":
        for (const part of value.elements) this.escape(part, depth + 1);
        break;
      case "object":
        for (const part of value.props.values()) this.escape(part, depth + 1);
        break;
      case "page":
        this.escape(value.rows, depth + 1);
        break;
      default:
        break;
    }
  }

  #escapeQuery(value: Extract<Value, { k: "query" }>): void {
    for (const { nodes } of value.states)
      if (nodes.query !== null && !this.facts.resolvedSites.has(nodes.query))
        this.facts.unresolved.set(nodes.query, "the query leaves what can be followed");
  }

  /** A row, or a field of it, matters to the code. */
  useRow(value: Value): void {
    for (const part of walk(value)) {
      if (part.k !== "row" && part.k !== "field") continue;
      for (const id of part.reads) {
        const read = this.facts.reads.get(id);
        if (read !== undefined) read.rowUsed = true;
      }
    }
  }

  /** @param depth - loops around the use, when not those that run now */
  useRows(
    rows: RowsValue,
    end: RowUse["end"],
    more: Partial<RowUse> = {},
    depth = this.loops.length,
  ): void {
    if (rows.cut) return;
    for (const id of rows.reads) {
      const read = this.facts.reads.get(id);
      if (read === undefined) continue;
      const use: RowUse = {
        stages: rows.stages,
        end,
        predicates: rows.predicates,
        nested: depth > read.loops.length,
        ...(rows.sort === null || rows.sort === undefined ? {} : { sort: rows.sort }),
        ...(rows.sometimes === undefined ? {} : { sometimes: rows.sometimes }),
        ...more,
      };
      const text = JSON.stringify(use);
      if (!read.uses.some((other) => JSON.stringify(other) === text)) read.uses.push(use);
    }
  }
}
