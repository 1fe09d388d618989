// Modules as the evaluator sees them: top-level names computed on first use, exports followed through re-exports.
import ts from "typescript6";
import { bindPattern } from "./binding.ts";
import { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { generatedValue } from "./externals.ts";
import { enumValue } from "./enums.ts";
import { unknown, type Value } from "./values.ts";

interface LoadedModule {
  path: string;
  env: Environment;
  source: ts.SourceFile;
  exports: Map<string, () => Value>;
  stars: string[];
}

export class ModuleTable {
  readonly #evaluator: Evaluator;
  readonly #modules = new Map<string, LoadedModule | null>();
  /** Exports that are being followed. */
  readonly #followed = new Set<string>();
  /** The module whose top level runs. */
  running: ts.SourceFile | null = null;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  load(path: string): LoadedModule | null {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const parsed = this.#evaluator.program.module(path);
    if (parsed === null) {
      this.#modules.set(path, null);
      return null;
    }
    const module: LoadedModule = {
      path,
      env: new Environment(null),
      source: parsed.source,
      exports: new Map(),
      stars: [],
    };
    this.#modules.set(path, module);
    for (const statement of parsed.source.statements) this.#declare(module, statement);
    return module;
  }

  /** Forces every top-level name and runs loose expression statements, so that registrations are seen. */
  runTopLevel(path: string): void {
    const module = this.load(path);
    if (module === null) return;
    this.running = module.source;
    for (const name of module.env.names()) module.env.lookup(name);
    for (const [name, read] of module.exports) {
      const value = read();
      if (
        value.k === "registered" &&
        value.entry.exportName === null &&
        (value.entry.file === path || value.entry.isMade)
      ) {
        value.entry.exportName = name;
        value.entry.file = path;
      }
    }
    for (const statement of module.source.statements)
      if (ts.isExpressionStatement(statement))
        this.#evaluator.evaluate(statement.expression, module.env);
    this.running = null;
  }

  exportNames(path: string): string[] {
    return [...(this.load(path)?.exports.keys() ?? [])];
  }

  /** The value a module exports under a name, following `export … from`. */
  exportOf(path: string, name: string, seen: ReadonlySet<string> = new Set()): Value {
    const module = this.load(path);
    if (module === null || seen.has(path)) return unknown;
    const own = module.exports.get(name);
    if (own !== undefined) {
      // `export { a } from` each other in a circle leads nowhere.
      const key = `${path}\n${name}`;
      if (this.#followed.has(key)) return unknown;
      this.#followed.add(key);
      try {
        return own();
      } finally {
        this.#followed.delete(key);
      }
    }
    for (const star of module.stars) {
      const value = this.#imported(star, path, name, new Set([...seen, path]));
      if (!(value.k === "unknown")) return value;
    }
    return unknown;
  }

  #imported(specifier: string, from: string, name: string, seen?: ReadonlySet<string>): Value {
    const resolution = this.#evaluator.program.resolve(specifier, from);
    switch (resolution.kind) {
      case "file":
        return name === "*"
          ? { k: "module", path: resolution.path }
          : this.exportOf(resolution.path, name, seen);
      case "generated":
        return generatedValue(resolution.file, name);
      case "external":
        return { k: "external", module: resolution.module, name };
    }
  }

  #declare(module: LoadedModule, statement: ts.Statement): void {
    const { env, exports, path } = module;
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      const specifier = textOf(statement.moduleSpecifier);
      if (clause === undefined || specifier === null) return;
      const lazily = (local: string, name: string) =>
        env.declareLazy(local, () => this.#imported(specifier, path, name));
      if (clause.name !== undefined) lazily(clause.name.text, "default");
      const bindings = clause.namedBindings;
      if (bindings !== undefined && ts.isNamespaceImport(bindings)) lazily(bindings.name.text, "*");
      else if (bindings !== undefined)
        for (const item of bindings.elements)
          lazily(item.name.text, (item.propertyName ?? item.name).text);
      return;
    }
    if (ts.isExportDeclaration(statement)) {
      const specifier =
        statement.moduleSpecifier === undefined ? null : textOf(statement.moduleSpecifier);
      const clause = statement.exportClause;
      if (clause === undefined) {
        if (specifier !== null) module.stars.push(specifier);
      } else if (ts.isNamespaceExport(clause)) {
        if (specifier !== null)
          exports.set(clause.name.text, () => this.#imported(specifier, path, "*"));
      } else {
        for (const item of clause.elements) {
          const inner = (item.propertyName ?? item.name).text;
          exports.set(item.name.text, () =>
            specifier === null
              ? (env.lookup(inner) ?? unknown)
              : this.#imported(specifier, path, inner),
          );
        }
      }
      return;
    }
    if (ts.isExportAssignment(statement)) {
      env.declareLazy("*default*", () => this.#evaluator.evaluate(statement.expression, env));
      exports.set("default", () => env.lookup("*default*") ?? unknown);
      return;
    }
    this.#declareLocal(module, statement);
  }

  #declareLocal(module: LoadedModule, statement: ts.Statement): void {
    const { env, exports } = module;
    const isExported = ts.canHaveModifiers(statement)
      ? (ts.getModifiers(statement) ?? []).some((m) => m.kind === ts.SyntaxKind.ExportKeyword)
      : false;
    const publish = (name: string, as = name) => {
      if (isExported) exports.set(as, () => env.lookup(name) ?? unknown);
    };
    if (ts.isFunctionDeclaration(statement)) {
      const isDefault = (ts.getModifiers(statement) ?? []).some(
        (m) => m.kind === ts.SyntaxKind.DefaultKeyword,
      );
      const name = statement.name?.text ?? "*default*";
      env.declare(name, { k: "function", node: statement, env, self: null });
      publish(name, isDefault ? "default" : name);
    } else if (ts.isClassDeclaration(statement)) {
      const name = statement.name?.text ?? "*default*";
      env.declare(name, { k: "class", node: statement, env });
      publish(name);
    } else if (ts.isEnumDeclaration(statement)) {
      env.declare(statement.name.text, enumValue(this.#evaluator, statement, env));
      publish(statement.name.text);
    } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
      env.declareLazy(statement.name.text, () => this.#namespace(env, statement));
      publish(statement.name.text);
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations) {
        this.#declareVariable(env, declaration);
        for (const name of boundNames(declaration.name)) publish(name);
      }
    }
  }

  /** `namespace N { export … }` as an object of what it exports. */
  #namespace(env: Environment, node: ts.ModuleDeclaration): Value {
    const { body } = node;
    const inner: LoadedModule = {
      path: node.getSourceFile().fileName,
      env: new Environment(env),
      source: node.getSourceFile(),
      exports: new Map(),
      stars: [],
    };
    if (body !== undefined && ts.isModuleBlock(body))
      for (const statement of body.statements) this.#declareLocal(inner, statement);
    if (body !== undefined && ts.isModuleDeclaration(body)) {
      const part = this.#namespace(env, body);
      return { k: "object", props: new Map([[body.name.text, part]]), open: true };
    }
    const props = new Map([...inner.exports].map(([name, read]) => [name, read()]));
    return { k: "object", props, open: false };
  }

  #declareVariable(env: Environment, declaration: ts.VariableDeclaration): void {
    const initializer = declaration.initializer;
    const evaluator = this.#evaluator;
    if (ts.isIdentifier(declaration.name)) {
      const name = declaration.name.text;
      env.declareLazy(name, () => {
        if (initializer === undefined) return unknown;
        const value = evaluator.evaluate(initializer, env);
        nameEntry(value, name, declaration);
        return value;
      });
      return;
    }
    let done: Map<string, Value> | null = null;
    for (const name of boundNames(declaration.name)) {
      env.declareLazy(name, () => {
        if (done === null) {
          const scratch = new Environment(env);
          const value = initializer === undefined ? unknown : evaluator.evaluate(initializer, env);
          bindPattern(evaluator, declaration.name, value, scratch);
          done = new Map(scratch.names().map((n) => [n, scratch.lookup(n) ?? unknown]));
          for (const [key, item] of done) nameEntry(item, key, declaration);
        }
        return done.get(name) ?? unknown;
      });
    }
  }
}

function textOf(node: ts.Expression): string | null {
  return ts.isStringLiteralLike(node) ? node.text : null;
}

/** A registered function gets the name it is declared by; one that a factory made belongs to this file. */
function nameEntry(value: Value, name: string, declaration: ts.Node): void {
  if (value.k !== "registered" || value.entry.exportName !== null) return;
  const source = declaration.getSourceFile();
  const isOwn = value.entry.call.getSourceFile() === source;
  if (!isOwn && !value.entry.isMade) return;
  value.entry.exportName = name;
  value.entry.file = source.fileName;
}

export function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? boundNames(element.name) : [],
  );
}
