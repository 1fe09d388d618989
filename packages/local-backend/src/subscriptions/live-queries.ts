// Keeps query results up to date: one evaluation for everybody who asks the same, run again when a commit touches it.
//
//   new -run-> current -commit touches it-> stale -settle-> current …
//   nobody subscribed: kept for a while as long as it is current, dropped when it is touched or others need the room

import { emptyReadSet, type Commit, type ReadSet } from "../database/read-set.ts";
import type { Json, JsonText } from "../values/json.ts";
import { SubscriptionIndex } from "./subscription-index.ts";

/** What tells queries apart. The runner may need more; it is handed through. */
export interface LiveRequest {
  readonly path: string;
  readonly component?: string;
  readonly args: Json;
  readonly identity: object | null;
  readonly identityError?: string;
  readonly caller: string;
  readonly journal?: string | null;
}

/** What has to be known of a result. */
export type LiveOutcome =
  | {
      readonly ok: true;
      readonly value: JsonText;
      readonly logLines: readonly string[];
      readonly readSet: ReadSet;
      readonly usedIdentity: boolean;
      readonly journal: string | null;
    }
  | {
      readonly ok: false;
      readonly kind: "user" | "internal";
      readonly errorMessage: string;
      readonly errorData?: Json;
      readonly logLines: readonly string[];
      readonly readSet?: ReadSet;
      readonly usedIdentity?: boolean;
      readonly journal?: string | null;
    };

/** One subscriber's view of a query. */
export interface LiveQuery<Outcome> {
  /** As of the last `settle()`; the same object until result, log lines or journal change. */
  outcome(): Outcome;
  release(): void;
}

export interface LiveQueriesOptions<Request, Outcome> {
  readonly database: {
    latestTimestamp(): bigint;
    onCommit(listener: (commit: Commit) => void): () => void;
  };
  /** Runs all of them synchronously on one snapshot, the latest durable one; order is kept. */
  readonly run: (requests: Request[]) => Outcome[];
  /** How many results without subscribers are kept. */
  readonly keepUnused?: number;
}

interface Subscription<Request extends LiveRequest, Outcome> extends LiveQuery<Outcome> {
  readonly request: Request;
  readonly onChange: () => void;
  evaluation: Evaluation<Request, Outcome>;
}

interface Evaluation<Request extends LiveRequest, Outcome> {
  readonly request: Request;
  /** What it is found by; changes if the function turns out to ask who is calling. */
  key: string;
  outcome: Outcome | null;
  journal: string | null;
  isStale: boolean;
  readonly subscriptions: Set<Subscription<Request, Outcome>>;
}

/** See `settle` and `subscribe`; both are to be called from one thread of control, as everything here. */
export class LiveQueries<Request extends LiveRequest, Outcome extends LiveOutcome> {
  readonly #options: LiveQueriesOptions<Request, Outcome>;
  readonly #index = new SubscriptionIndex<Evaluation<Request, Outcome>>();
  readonly #evaluations = new Map<string, Evaluation<Request, Outcome>>();
  readonly #stale = new Set<Evaluation<Request, Outcome>>();
  /** Failed through no fault of the function: tried again after every commit. */
  readonly #unreliable = new Set<Evaluation<Request, Outcome>>();
  /** Without subscribers, longest unused first. */
  readonly #unused = new Set<Evaluation<Request, Outcome>>();
  readonly #toNotify = new Set<() => void>();
  readonly #stopListening: () => void;
  #runs = 0;
  #isClosed = false;

  constructor(options: LiveQueriesOptions<Request, Outcome>) {
    this.#options = options;
    this.#stopListening = options.database.onCommit((commit) => {
      for (const evaluation of this.#index.touchedBy(commit)) this.#markStale(evaluation);
      for (const evaluation of this.#unreliable) this.#markStale(evaluation);
    });
  }

  /**
   * Begins to keep queries up to date. They have been run when this returns, on the latest durable state.
   *
   * @param onChange - called in a later microtask when an outcome may have changed: call {@link settle}, then look.
   *   Once for all commits that became durable together.
   */
  subscribe(requests: Request[], onChange: () => void): LiveQuery<Outcome>[] {
    const subscriptions = requests.map((request) => {
      const evaluation = this.#find(request) ?? this.#make(request);
      return this.#attach(request, evaluation, onChange);
    });
    this.#runStale();
    return subscriptions;
  }

  /**
   * Runs again what commits have touched, all on one snapshot.
   *
   * @returns the timestamp, ns, for which every outcome now holds
   */
  settle(): bigint {
    this.#runStale();
    return this.#options.database.latestTimestamp();
  }

  /** Everything has to be run again: functions were deployed. Notifies all subscribers. */
  invalidateAll(): void {
    for (const evaluation of [...this.#unused]) this.#drop(evaluation);
    for (const evaluation of this.#evaluations.values()) this.#markStale(evaluation);
  }

  /** Distinct queries kept, subscribers, and runs so far. */
  statistics(): { evaluations: number; subscriptions: number; runs: number } {
    let subscriptions = 0;
    for (const evaluation of this.#evaluations.values()) {
      subscriptions += evaluation.subscriptions.size;
    }
    return { evaluations: this.#evaluations.size, subscriptions, runs: this.#runs };
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    for (const evaluation of this.#evaluations.values()) this.#index.remove(evaluation);
    this.#evaluations.clear();
    this.#stale.clear();
    this.#unreliable.clear();
    this.#unused.clear();
    this.#toNotify.clear();
  }

  #find(request: Request): Evaluation<Request, Outcome> | undefined {
    const shared = keyForAll(request);
    return this.#evaluations.get(shared) ?? this.#evaluations.get(keyForOne(shared, request));
  }

  #make(request: Request): Evaluation<Request, Outcome> {
    // Until it has run nobody knows whether it asks who is calling, so at first it is one caller's own.
    const evaluation: Evaluation<Request, Outcome> = {
      request,
      key: keyForOne(keyForAll(request), request),
      outcome: null,
      journal: request.journal ?? null,
      isStale: true,
      subscriptions: new Set(),
    };
    this.#evaluations.set(evaluation.key, evaluation);
    this.#stale.add(evaluation);
    return evaluation;
  }

  #attach(
    request: Request,
    evaluation: Evaluation<Request, Outcome>,
    onChange: () => void,
  ): Subscription<Request, Outcome> {
    const subscription: Subscription<Request, Outcome> = {
      request,
      onChange,
      evaluation,
      outcome: () => {
        const { outcome } = subscription.evaluation;
        if (outcome === null) throw new Error("This live query was released or closed");
        return outcome;
      },
      release: () => {
        this.#release(subscription);
      },
    };
    evaluation.subscriptions.add(subscription);
    this.#unused.delete(evaluation);
    return subscription;
  }

  #release(subscription: Subscription<Request, Outcome>): void {
    const { evaluation } = subscription;
    if (!evaluation.subscriptions.delete(subscription)) return;
    if (evaluation.subscriptions.size > 0 || this.#isClosed) return;
    if (evaluation.isStale || this.#unreliable.has(evaluation)) {
      this.#drop(evaluation);
      return;
    }
    this.#unused.add(evaluation);
    for (const oldest of this.#unused) {
      if (this.#unused.size <= (this.#options.keepUnused ?? 256)) break;
      this.#drop(oldest);
    }
  }

  #drop(evaluation: Evaluation<Request, Outcome>): void {
    if (this.#evaluations.get(evaluation.key) === evaluation) {
      this.#evaluations.delete(evaluation.key);
    }
    this.#index.remove(evaluation);
    this.#stale.delete(evaluation);
    this.#unreliable.delete(evaluation);
    this.#unused.delete(evaluation);
  }

  #markStale(evaluation: Evaluation<Request, Outcome>): void {
    if (evaluation.subscriptions.size === 0) {
      this.#drop(evaluation);
      return;
    }
    if (!evaluation.isStale) {
      evaluation.isStale = true;
      this.#stale.add(evaluation);
    }
    for (const { onChange } of evaluation.subscriptions) this.#notifySoon(onChange);
  }

  /** After all commits that became durable together, so that one settling covers them. */
  #notifySoon(onChange: () => void): void {
    if (this.#toNotify.size === 0) {
      void Promise.resolve().then(() => {
        const waiting = [...this.#toNotify];
        this.#toNotify.clear();
        for (const notify of waiting) notify();
      });
    }
    this.#toNotify.add(onChange);
  }

  #runStale(): void {
    while (this.#stale.size > 0) {
      const evaluations = [...this.#stale];
      this.#stale.clear();
      const outcomes = this.#runAll(evaluations);
      this.#runs += evaluations.length;
      for (const [position, evaluation] of evaluations.entries()) {
        const outcome = outcomes[position];
        if (outcome !== undefined) this.#accept(evaluation, outcome);
      }
    }
  }

  #runAll(evaluations: readonly Evaluation<Request, Outcome>[]): Outcome[] {
    try {
      return this.#options.run(
        evaluations.map(({ request, journal }) => ({ ...request, journal })),
      );
    } catch (error) {
      // They are still to be run.
      for (const evaluation of evaluations) this.#stale.add(evaluation);
      throw error;
    }
  }

  #accept(evaluation: Evaluation<Request, Outcome>, outcome: Outcome): void {
    evaluation.isStale = false;
    if (evaluation.outcome === null || !isSame(evaluation.outcome, outcome)) {
      evaluation.outcome = outcome;
    }
    evaluation.journal = outcome.journal ?? evaluation.journal;
    if (!outcome.ok && outcome.kind === "internal") this.#unreliable.add(evaluation);
    else this.#unreliable.delete(evaluation);
    this.#index.add(evaluation, outcome.readSet ?? emptyReadSet);
    this.#placeByIdentity(evaluation, outcome.usedIdentity === true);
  }

  /** Shares the evaluation among all callers if the function did not ask who is calling; else gives each their own. */
  #placeByIdentity(evaluation: Evaluation<Request, Outcome>, usedIdentity: boolean): void {
    const shared = keyForAll(evaluation.request);
    const key = usedIdentity ? keyForOne(shared, evaluation.request) : shared;
    if (evaluation.key === key) return;
    if (this.#evaluations.get(evaluation.key) === evaluation) {
      this.#evaluations.delete(evaluation.key);
    }
    const other = this.#evaluations.get(key);
    if (other !== undefined && other !== evaluation) {
      // Two callers made the same one in the same turn: one is enough.
      for (const subscription of evaluation.subscriptions) this.#move(subscription, other);
      this.#drop(evaluation);
      return;
    }
    evaluation.key = key;
    this.#evaluations.set(key, evaluation);
    if (!usedIdentity) return;
    for (const subscription of evaluation.subscriptions) {
      if (keyForOne(shared, subscription.request) === key) continue;
      const own = this.#find(subscription.request) ?? this.#make(subscription.request);
      this.#move(subscription, own);
    }
  }

  #move(subscription: Subscription<Request, Outcome>, to: Evaluation<Request, Outcome>): void {
    subscription.evaluation.subscriptions.delete(subscription);
    subscription.evaluation = to;
    to.subscriptions.add(subscription);
    this.#unused.delete(to);
  }
}

function keyForAll(request: LiveRequest): string {
  return JSON.stringify([
    request.component ?? "",
    request.path,
    request.args,
    request.caller,
    request.journal ?? null,
  ]);
}

function keyForOne(shared: string, request: LiveRequest): string {
  return shared + JSON.stringify([request.identity, request.identityError ?? null]);
}

function isSame(left: LiveOutcome, right: LiveOutcome): boolean {
  if ((left.journal ?? null) !== (right.journal ?? null)) return false;
  if (left.logLines.length !== right.logLines.length) return false;
  if (!left.logLines.every((line, position) => line === right.logLines[position])) return false;
  if (left.ok && right.ok) return left.value === right.value;
  if (left.ok || right.ok) return false;
  return (
    left.errorMessage === right.errorMessage &&
    JSON.stringify(left.errorData) === JSON.stringify(right.errorData)
  );
}
