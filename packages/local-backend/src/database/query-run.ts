// A query being read: rows from its source through its operators, with everything recorded and counted.

import type { StoredDocument } from "../store/store.ts";
import type { Key } from "../values/index-key.ts";
import type { JsonText } from "../values/json.ts";
import { visibleText } from "./document-operations.ts";
import type { Operator, QueryPlan } from "./query-plan.ts";
import type { KeyInterval } from "./read-set.ts";
import { RowSource } from "./row-source.ts";
import { SearchRun } from "./text-search.ts";
import type { TransactionState } from "./transaction-state.ts";
import type { ComponentPath, ReadRecord } from "./transaction.ts";
import { parseDocument } from "./write-buffer.ts";

/** A row that was read; `text` is null if a filter dropped it. */
export interface ReadRow {
  /** Where it stands in the query's order, with the index's prefix. */
  readonly key: Key;
  readonly text: JsonText | null;
  readonly size: number;
}

interface Row {
  readonly key: Key;
  readonly document: StoredDocument;
}

/** Part of the query's rows: only keys inside, for a page. */
export interface RunOptions {
  readonly component: ComponentPath;
  readonly kind: ReadRecord["kind"];
  readonly within?: KeyInterval;
  /** How many rows will probably be wanted. */
  readonly expected?: number;
}

export class QueryRun {
  readonly #state: TransactionState;
  readonly #plan: QueryPlan;
  readonly #record: ReadRecord;
  readonly #limits: number[];
  readonly #rows: () => Row | null;
  #finished = false;

  constructor(state: TransactionState, plan: QueryPlan, options: RunOptions) {
    this.#state = state;
    this.#plan = plan;
    this.#limits = plan.operators.map((operator) =>
      operator.kind === "limit" ? operator.count : Number.POSITIVE_INFINITY,
    );
    const { source } = plan;
    this.#record = {
      component: options.component,
      table: plan.tableName,
      index: plan.indexName,
      kind: source.kind === "search" ? "search" : options.kind,
      range: plan.asked,
      order: source.kind === "range" ? source.order : "asc",
      documents: 0,
      bytes: 0,
      returned: 0,
      callSite: state.callSite,
    };
    state.reads.push(this.#record);
    state.countRead();
    switch (source.kind) {
      case "nothing":
        state.recorder.addPoint(source.existenceKey);
        this.#rows = () => null;
        break;
      case "range":
        this.#rows = rangeRows(state, source, options, this.#expected(options));
        break;
      case "search":
        this.#rows = rankedRows(state, source, options.within);
        break;
      default:
        throw new Error(`Unknown source ${JSON.stringify(source satisfies never)}`);
    }
  }

  /** The next row of the source, filtered-out ones too; null at the end. @throws UserError at a limit */
  nextRead(): ReadRow | null {
    this.#state.assertOpen();
    if (this.#finished) return null;
    if (this.#limits.some((left) => left === 0)) {
      this.#finished = true;
      return null;
    }
    const row = this.#rows();
    if (row === null) {
      this.#finished = true;
      return null;
    }
    const { document } = row;
    const { usage } = this.#state;
    this.#record.documents++;
    this.#record.bytes += document.size;
    usage.add("documentsRead", 1);
    usage.add("bytesRead", document.size);
    const passes = this.#passes(document);
    if (passes) this.#record.returned++;
    const text = passes ? this.#text(document) : null;
    return { key: row.key, text, size: document.size };
  }

  /** The next document that passes, or null. */
  next(): JsonText | null {
    for (;;) {
      const row = this.nextRead();
      if (row === null) return null;
      if (row.text !== null) return row.text;
    }
  }

  #passes(document: StoredDocument): boolean {
    const { operators } = this.#plan;
    if (operators.length === 0) return true;
    let parsed: ReturnType<typeof parseDocument> | undefined;
    for (const [position, operator] of operators.entries()) {
      if (operator.kind === "limit") {
        const left = this.#limits[position] ?? 0;
        if (left === 0) {
          this.#finished = true;
          return false;
        }
        this.#limits[position] = left - 1;
      } else {
        parsed ??= parseDocument(document);
        if (!operator.test(parsed)) return false;
      }
    }
    return true;
  }

  #text(document: StoredDocument): JsonText {
    const { source } = this.#plan;
    return source.kind === "nothing" ? document.text : visibleText(source.table, document);
  }

  #expected(options: RunOptions): number | undefined {
    const first: Operator | undefined = this.#plan.operators[0];
    return first?.kind === "limit" ? first.count : options.expected;
  }
}

function rangeRows(
  state: TransactionState,
  source: Extract<QueryPlan["source"], { kind: "range" }>,
  { within }: RunOptions,
  expected: number | undefined,
): () => Row | null {
  const { start, end } = within ?? source.interval;
  const rows = new RowSource(state.rowView(), {
    identity: source.index.content.kind === "identity",
    start,
    end,
    order: source.order,
    ...(expected === undefined ? {} : { expected }),
  });
  let recorded = false;
  return () => {
    if (!recorded) state.recorder.addRange(rows.consumed);
    recorded = true;
    return rows.next();
  };
}

function rankedRows(
  state: TransactionState,
  source: Extract<QueryPlan["source"], { kind: "search" }>,
  within: KeyInterval | undefined,
): () => Row | null {
  state.recorder.addSearch(source.search);
  let run: SearchRun | undefined;
  return () => {
    run ??= new SearchRun(state, source.table, source.index, source.search);
    for (;;) {
      const row = run.next();
      if (row === null) return null;
      const key = source.index.prefix + row.key;
      if (within === undefined || (key >= within.start && key < within.end)) {
        return { key, document: row.document };
      }
    }
  };
}
