// The type oracle: asked where evaluation over syntax says unknown. It costs nothing until the first question.
import ts from "typescript6";
import type { ConvexFolder } from "../project/discover.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import type { Program } from "../syntax/program.ts";
import { createCheckerProgram, type CheckerProgram } from "./checker-program.ts";
import type { Engine } from "./engine.ts";
import { documentTypeName } from "./generated-types.ts";
import { Recogniser, type BuilderType, type Receiver } from "./recognise.ts";

/** An expression, and the properties taken from its value. */
export interface Question {
  node: ts.Expression;
  path: readonly string[];
}

/** Where a value comes into a function: the parameter, and the properties taken from it. */
export interface ParameterOrigin {
  parameter: ts.ParameterDeclaration;
  path: string[];
}

/** Answers from types. Null means that the types do not say: `any`, a type parameter, a choice of several. */
export interface TypeOracle {
  /** What `method` is called on. */
  receiverKind(asked: Question, method: string): Receiver | null;
  /** The one table an id leads to. */
  idTable(asked: Question): string | null;
  /** The one table that the ids in a list lead to. */
  idListTable(asked: Question): string | null;
  /** The texts it may be, if its type is a choice of literals. */
  texts(asked: Question): string[] | null;
  /** The function that a call registers. */
  builder(call: ts.Expression): BuilderType | null;
  /** The parameter an expression is, or is a part of. */
  origin(node: ts.Expression): ParameterOrigin | null;
  /** Files the answers depend on; empty when nothing was asked. */
  files(): string[];
  /** How much was asked, and how long it took. */
  readonly cost: { questions: number; milliseconds: number };
}

/** @param schema - as introspection or the syntax gave it; the made-up `_generated` follows it */
export function createOracle(
  engine: Engine,
  program: Program,
  folder: ConvexFolder,
  schema: SchemaDefinition | null,
): TypeOracle | null {
  return engine === "none" ? null : new CheckerOracle(program, folder, schema);
}

interface Loaded extends CheckerProgram {
  recogniser: Recogniser;
}

class CheckerOracle implements TypeOracle {
  readonly cost = { questions: 0, milliseconds: 0 };
  readonly #load: () => Loaded;
  #loaded: Loaded | null = null;

  constructor(program: Program, folder: ConvexFolder, schema: SchemaDefinition | null) {
    this.#load = () => {
      const made = createCheckerProgram(program, folder, schema);
      const documents = documentTypes(made, schema);
      return { ...made, recogniser: new Recogniser(made.checker, documents) };
    };
  }

  receiverKind(asked: Question, method: string): Receiver | null {
    return this.#ask((loaded) => {
      const type = typeOf(loaded, asked);
      return type === null ? null : loaded.recogniser.receiver(type, method);
    });
  }

  idTable(asked: Question): string | null {
    return this.#ask((loaded) => {
      const type = typeOf(loaded, asked);
      return type === null ? null : loaded.recogniser.idTable(type);
    });
  }

  idListTable(asked: Question): string | null {
    return this.#ask((loaded) => {
      const type = typeOf(loaded, asked);
      const element = type === null ? null : loaded.recogniser.element(type);
      return element === null ? null : loaded.recogniser.idTable(element);
    });
  }

  texts(asked: Question): string[] | null {
    return this.#ask((loaded) => {
      const type = typeOf(loaded, asked);
      return type === null ? null : loaded.recogniser.texts(type);
    });
  }

  builder(call: ts.Expression): BuilderType | null {
    return this.#ask(({ checker, recogniser }) =>
      recogniser.registered(checker.getTypeAtLocation(call)),
    );
  }

  origin(node: ts.Expression): ParameterOrigin | null {
    return this.#ask(({ checker }) => originOf(checker, node, 0));
  }

  files(): string[] {
    return this.#loaded?.files ?? [];
  }

  /** The checker meets code of every kind: where it gives up, the types do not say. */
  #ask<Answer>(question: (loaded: Loaded) => Answer | null): Answer | null {
    const start = performance.now();
    try {
      this.#loaded ??= this.#load();
      return question(this.#loaded);
    } catch {
      return null;
    } finally {
      this.cost.questions++;
      this.cost.milliseconds += performance.now() - start;
    }
  }
}

function documentTypes(
  { checker, dataModel }: CheckerProgram,
  schema: SchemaDefinition | null,
): Map<string, ts.Type> {
  const declared = new Map<string, ts.Type>();
  for (const statement of dataModel.statements)
    if (ts.isTypeAliasDeclaration(statement))
      declared.set(statement.name.text, checker.getTypeAtLocation(statement.name));
  const documents = new Map<string, ts.Type>();
  schema?.tables.forEach((table, index) => {
    const type = declared.get(documentTypeName(index));
    if (type !== undefined) documents.set(table.name, type);
  });
  return documents;
}

function typeOf({ checker, recogniser }: Loaded, { node, path }: Question): ts.Type | null {
  let type: ts.Type | null = checker.getTypeAtLocation(node);
  for (const name of path) {
    if (type === null) return null;
    const whole: ts.Type = checker.getAwaitedType(type) ?? type;
    type = name === "*" ? recogniser.element(whole) : recogniser.property(whole, name);
  }
  return type === null ? null : (checker.getAwaitedType(type) ?? type);
}

const maxHops = 8;

function originOf(
  checker: ts.TypeChecker,
  start: ts.Expression,
  hops: number,
): ParameterOrigin | null {
  if (hops > maxHops) return null;
  const path: string[] = [];
  let node: ts.Expression = start;
  for (;;) {
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isNonNullExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isAwaitExpression(node)
    ) {
      node = node.expression;
    } else if (ts.isPropertyAccessExpression(node)) {
      path.unshift(node.name.text);
      node = node.expression;
    } else {
      break;
    }
  }
  if (!ts.isIdentifier(node)) return null;
  let declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  while (declaration !== undefined && ts.isBindingElement(declaration)) {
    if (!ts.isObjectBindingPattern(declaration.parent) || declaration.dotDotDotToken !== undefined)
      return null;
    const name = declaration.propertyName ?? declaration.name;
    if (!ts.isIdentifier(name)) return null;
    path.unshift(name.text);
    declaration = declaration.parent.parent;
  }
  if (declaration === undefined) return null;
  if (ts.isParameter(declaration))
    return declaration.dotDotDotToken === undefined ? { parameter: declaration, path } : null;
  if (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0
  ) {
    const outer = originOf(checker, declaration.initializer, hops + 1);
    return outer === null ? null : { parameter: outer.parameter, path: [...outer.path, ...path] };
  }
  return null;
}
