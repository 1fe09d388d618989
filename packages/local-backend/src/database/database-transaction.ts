// The transaction that functions work with: one object over the parts that do the work.

import type { Json, JsonText } from "../values/json.ts";
import { UserError } from "../values/errors.ts";
import { keySuccessor } from "../values/index-key.ts";
import {
  getDocument,
  insertDocument,
  normalizeId,
  patchDocument,
  removeDocument,
  replaceDocument,
} from "./document-operations.ts";
import { readPage } from "./paginate.ts";
import { planQuery } from "./query-plan.ts";
import { QueryRun } from "./query-run.ts";
import type { ReadSet } from "./read-set.ts";
import { SystemTableAccess } from "./system-access.ts";
import type { TransactionState } from "./transaction-state.ts";
import type {
  ComponentPath,
  DocumentOptions,
  QueryPage,
  QueryPageRequest,
  ReadRecord,
  Savepoint,
  SystemAccess,
  Transaction,
  UsageName,
} from "./transaction.ts";
import { vectorSearch } from "./vector-search.ts";

export class DatabaseTransaction implements Transaction {
  readonly #state: TransactionState;
  readonly #queries = new Map<number, QueryRun>();
  readonly system: SystemAccess;
  #nextQuery = 0;
  #depth = 0;
  #hasPaginated = false;
  #nextJournal: string | null = null;

  constructor(state: TransactionState) {
    this.#state = state;
    this.system = new SystemTableAccess(state);
  }

  get kind(): "query" | "mutation" {
    return this.#state.kind;
  }

  get snapshotTimestamp(): bigint {
    return this.#state.snapshotTimestamp;
  }

  get callSite(): string | null {
    return this.#state.callSite;
  }

  set callSite(site: string | null) {
    this.#state.callSite = site;
  }

  get(component: ComponentPath, id: string, options: DocumentOptions = {}): JsonText | null {
    return getDocument(this.#state, component, id, options);
  }

  insert(component: ComponentPath, table: string, value: Json): string {
    return insertDocument(this.#state, component, table, value);
  }

  patch(
    component: ComponentPath,
    id: string,
    value: Json,
    options: DocumentOptions = {},
  ): JsonText {
    return patchDocument(this.#state, component, id, value, options);
  }

  replace(
    component: ComponentPath,
    id: string,
    value: Json,
    options: DocumentOptions = {},
  ): JsonText {
    return replaceDocument(this.#state, component, id, value, options);
  }

  remove(component: ComponentPath, id: string, options: DocumentOptions = {}): JsonText {
    return removeDocument(this.#state, component, id, options);
  }

  openQuery(component: ComponentPath, query: Json): number {
    this.#state.assertOpen();
    const plan = planQuery(component, query, (name) => this.#state.findTable(component, name));
    const id = this.#nextQuery++;
    this.#queries.set(id, new QueryRun(this.#state, plan, { component, kind: "range" }));
    return id;
  }

  nextRow(queryId: number): JsonText | null {
    const query = this.#queries.get(queryId);
    if (query === undefined) {
      throw new UserError(`There is no open query ${queryId}; it was closed or never opened.`);
    }
    return query.next();
  }

  closeQuery(queryId: number): boolean {
    return this.#queries.delete(queryId);
  }

  queryPage(component: ComponentPath, request: QueryPageRequest): QueryPage {
    this.#state.assertOpen();
    if (this.#hasPaginated && !this.#state.isUnlimited) {
      throw new UserError(
        "This query or mutation function ran multiple paginated queries. Convex only supports a single paginated query in each function.",
        { code: "MultiplePaginatedDatabaseQueries" },
      );
    }
    this.#hasPaginated = true;
    // The journal is the outermost function's; a nested page finds its own end each time.
    const journal = this.#depth === 0 && this.kind === "query" ? this.#state.journal : null;
    const result = readPage(this.#state, component, request, journal);
    if (this.#depth === 0) this.#nextJournal = result.journal;
    return result.page;
  }

  vectorSearch(component: ComponentPath, query: Json): { _id: string; _score: number }[] {
    return vectorSearch(this.#state, component, query);
  }

  count(component: ComponentPath, tableName: string): number {
    const state = this.#state;
    state.assertOpen();
    state.countRead();
    const table = state.findTable(component, tableName);
    if (table === undefined) {
      state.recordMissingTable(component, tableName);
      return 0;
    }
    const start = table.identity.prefix;
    const end = keySuccessor(start);
    state.recorder.addRange({ start, end });
    return state.reader.count(start, end);
  }

  normalizeId(component: ComponentPath, table: string, id: string): string | null {
    return normalizeId(this.#state, component, table, id);
  }

  tableName(component: ComponentPath, tableNumber: number): string | null {
    return this.#state.tableName(component, tableNumber);
  }

  savepoint(): Savepoint {
    return { position: this.#state.buffer.position };
  }

  rollbackTo(savepoint: Savepoint): void {
    this.#state.buffer.rollbackTo(savepoint.position);
  }

  readonlySnapshot<T>(run: () => T): T {
    return this.#state.withoutOwnWrites(run);
  }

  nested<T>(run: () => T): T {
    const before = this.#hasPaginated;
    this.#hasPaginated = false;
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
      this.#hasPaginated = before;
    }
  }

  withLimits<T>(limits: Partial<Record<UsageName, number>>, run: () => T): T {
    return this.#state.usage.within(limits, run);
  }

  get readSet(): ReadSet {
    return this.#state.recorder.readSet();
  }

  get nextJournal(): string | null {
    return this.#nextJournal;
  }

  get hasWrites(): boolean {
    return !this.#state.buffer.isEmpty;
  }

  countUsage(name: UsageName, amount: number): void {
    this.#state.usage.add(name, amount);
  }

  usage(): Record<UsageName, { used: number; remaining: number }> {
    return this.#state.usage.report();
  }

  reads(): readonly ReadRecord[] {
    return this.#state.reads;
  }

  warnings(): string[] {
    return this.#state.usage.warnings();
  }
}
