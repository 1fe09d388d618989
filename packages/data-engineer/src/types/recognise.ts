// What a checked type is to the data layer. Convex's own are told by where their members are declared, so that `Pick`, `Omit`,
// intersections and aliases of them count too; everything that is not certain is null.
import ts from "typescript6";

/** The object a method is called on. */
export type Receiver =
  | { kind: "db" }
  | { kind: "table"; table: string }
  | { kind: "query"; table: string | null }
  | { kind: "context"; of: "query" | "mutation" | "action" }
  | { kind: "scheduler" };

/** A document, or a list of documents. */
export interface DocumentType {
  table: string;
  isList: boolean;
  nullable: boolean;
}

export interface BuilderType {
  kind: "query" | "mutation" | "action" | "httpAction";
  visibility: "public" | "internal" | "http";
}

const declaredIn: Record<string, Receiver["kind"]> = {
  BaseDatabaseReader: "db",
  GenericDatabaseReader: "db",
  GenericDatabaseWriter: "db",
  BaseDatabaseReaderWithTable: "db",
  GenericDatabaseReaderWithTable: "db",
  GenericDatabaseWriterWithTable: "db",
  BaseTableReader: "table",
  BaseTableWriter: "table",
  QueryInitializer: "query",
  Query: "query",
  OrderedQuery: "query",
  GenericQueryCtx: "context",
  GenericMutationCtx: "context",
  GenericActionCtx: "context",
  Scheduler: "scheduler",
};

export class Recogniser {
  readonly #checker: ts.TypeChecker;
  /** Tables by the type of their documents as `_generated/dataModel` declares it. */
  readonly #documents: ReadonlyMap<ts.Type, string>;
  readonly #documentOf: ReadonlyMap<string, ts.Type>;

  /** @param documents - the declared document type of each table */
  constructor(checker: ts.TypeChecker, documents: ReadonlyMap<string, ts.Type>) {
    this.#checker = checker;
    this.#documentOf = documents;
    this.#documents = new Map([...documents].map(([table, type]) => [type, table]));
  }

  /** What a type is when `method` is called on it. */
  receiver(type: ts.Type, method: string): Receiver | null {
    const checker = this.#checker;
    const base = checker.getApparentType(checker.getNonNullableType(type));
    const member = checker.getPropertyOfType(base, method);
    const names = new Set(member?.declarations?.map(convexInterface));
    const kinds = new Set([...names].map((name) => (name === null ? null : declaredIn[name])));
    const [kind] = kinds;
    if (kinds.size !== 1 || kind === null || kind === undefined) return null;
    switch (kind) {
      case "db":
      case "scheduler":
        return { kind };
      case "table": {
        const table = this.#typeArgument(base, 1);
        const names = table === null ? null : this.texts(table);
        return names?.length === 1 && names[0] !== undefined ? { kind, table: names[0] } : null;
      }
      case "query": {
        const info = this.#typeArgument(base, 0);
        const document = info === null ? undefined : checker.getPropertyOfType(info, "document");
        const found =
          document === undefined ? null : this.document(checker.getTypeOfSymbol(document));
        return { kind, table: found === null || found.isList ? null : found.table };
      }
      case "context": {
        const of = names.has("GenericActionCtx")
          ? "action"
          : names.has("GenericMutationCtx")
            ? "mutation"
            : "query";
        return { kind, of };
      }
    }
  }

  #typeArgument(type: ts.Type, index: number): ts.Type | null {
    return isReference(type) ? (this.#checker.getTypeArguments(type)[index] ?? null) : null;
  }

  /** The one table that ids of this type lead to. */
  idTable(type: ts.Type): string | null {
    const checker = this.#checker;
    const present = checker.getNonNullableType(type);
    const tables = new Set<string>();
    for (const part of present.isUnion() ? present.types : [present]) {
      const mark = isAny(part) ? undefined : checker.getPropertyOfType(part, "__tableName");
      if (mark === undefined) return null;
      for (const name of this.texts(checker.getTypeOfSymbol(mark)) ?? [null]) {
        if (name === null) return null;
        tables.add(name);
      }
    }
    return tables.size === 1 ? ([...tables][0] ?? null) : null;
  }

  /** The table whose documents a type is, or is a list of. */
  document(type: ts.Type): DocumentType | null {
    const checker = this.#checker;
    const present = checker.getNonNullableType(type);
    if (isAny(present)) return null;
    const nullable = present !== type;
    if (checker.isArrayType(present)) {
      const [element] = isReference(present) ? checker.getTypeArguments(present) : [];
      const found = element === undefined ? null : this.document(element);
      return found === null || found.isList ? null : { table: found.table, isList: true, nullable };
    }
    const declared = this.#documents.get(present);
    if (declared !== undefined) return { table: declared, isList: false, nullable };
    const id = checker.getPropertyOfType(present, "_id");
    if (id === undefined || checker.getPropertyOfType(present, "_creationTime") === undefined)
      return null;
    const table = this.idTable(checker.getTypeOfSymbol(id));
    const document = table === null ? undefined : this.#documentOf.get(table);
    return table !== null && document !== undefined && checker.isTypeAssignableTo(present, document)
      ? { table, isList: false, nullable }
      : null;
  }

  /** The texts a type allows; null when it is more than a choice of literals. */
  texts(type: ts.Type): string[] | null {
    const constraint = this.#checker.getBaseConstraintOfType(type) ?? type;
    const texts: string[] = [];
    for (const part of constraint.isUnion() ? constraint.types : [constraint]) {
      if (!part.isStringLiteral()) return null;
      texts.push(part.value);
    }
    return texts.length === 0 ? null : texts;
  }

  /** Kind and visibility of a registered function, from the type of the call that made it. */
  registered(type: ts.Type): BuilderType | null {
    if (isAny(type)) return null;
    const has = (name: string) => this.#checker.getPropertyOfType(type, name) !== undefined;
    if (!has("isConvexFunction") && !has("isHttp") && !has("isQuery") && !has("isMutation"))
      if (!has("isAction")) return null;
    if (has("isHttp")) return { kind: "httpAction", visibility: "http" };
    const kind = has("isQuery")
      ? "query"
      : has("isMutation")
        ? "mutation"
        : has("isAction")
          ? "action"
          : null;
    if (kind === null || has("isPublic") === has("isInternal")) return null;
    return { kind, visibility: has("isInternal") ? "internal" : "public" };
  }

  property(type: ts.Type, name: string): ts.Type | null {
    const checker = this.#checker;
    const base = checker.getApparentType(checker.getNonNullableType(type));
    const member = isAny(base) ? undefined : checker.getPropertyOfType(base, name);
    return member === undefined ? null : checker.getTypeOfSymbol(member);
  }

  /** The elements of a list, of a set, or of a promise of one. */
  element(type: ts.Type): ts.Type | null {
    const checker = this.#checker;
    const base = checker.getNonNullableType(checker.getAwaitedType(type) ?? type);
    if (!isReference(base)) return null;
    const name = base.getSymbol()?.name ?? "";
    const [element] = checker.getTypeArguments(base);
    return element !== undefined &&
      (checker.isArrayType(base) || /^(Readonly)?Set$|^(Async)?Iterable$/.test(name))
      ? element
      : null;
  }
}

/** The interface of `convex/server` that declares a member, or null. */
function convexInterface(declaration: ts.Declaration): string | null {
  const { parent } = declaration;
  if (!ts.isInterfaceDeclaration(parent)) return null;
  const file = parent.getSourceFile().fileName;
  return /[\\/]convex[\\/].*[\\/]server[\\/]\w+\.d\.[cm]?ts$/.test(file) &&
    Object.hasOwn(declaredIn, parent.name.text)
    ? parent.name.text
    : null;
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    "objectFlags" in type &&
    typeof type.objectFlags === "number" &&
    (type.objectFlags & ts.ObjectFlags.Reference) !== 0
  );
}

export function isAny(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) !== 0;
}
