// One client's side of the sync protocol (connect, query set, transitions): what it asked for, what it was told, and the transitions between.
//
//   created ──Connect──▶ open ──close()/client gone──▶ closed
//
// While open: messages are taken strictly in order (an Authenticate holds up what follows until its token is verified);
// changes and commits set `owed`, and one transition at a time brings the client from the version it was last sent to now.
// Every transition holds for one timestamp. It knows nothing of sockets: `SessionPeer` is the way out.
import type { VerifiedToken } from "../auth/verify-token.ts";
import { AuthFailure } from "../auth/auth-failure.ts";
import type { Identity } from "../auth/identity.ts";
import { clientFailure, newRequestId, socketRequestId } from "../client-errors.ts";
import type { FunctionRequest, QueryOutcome } from "../runtime/function-runner.ts";
import {
  parseClientMessage,
  ProtocolError,
  type AuthenticateMessage,
  type CallMessage,
  type ClientMessage,
  type QueryChange,
} from "./client-messages.ts";
import { ResultTexts, type QueryResult } from "./result-texts.ts";
import {
  actionDoneText,
  authErrorText,
  callFailedText,
  fatalErrorText,
  modificationText,
  mutationDoneText,
  splitTransition,
  transitionText,
  type StateVersion,
} from "./server-messages.ts";
import type { SyncDependencies, LiveQuery } from "./sync-dependencies.ts";

/** The way to the client. */
export interface SessionPeer {
  /** `onWritten` is called when the text has left this process, or never will. */
  send(text: string, onWritten?: () => void): void;
  /** No code: an ordinary close after a message that explains it. */
  close(code?: number, reason?: string): void;
  /** Whether much is waiting for the client to read it. {@link SyncSession.proceed} is called when that is over. */
  readonly isCongested: boolean;
  /** While held, nothing more is read from the client. */
  hold(isHeld: boolean): void;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

type Caller =
  | { readonly kind: "nobody" }
  | { readonly kind: "user"; readonly token: VerifiedToken }
  | { readonly kind: "admin"; readonly actingAs: Identity | null };

type WatchedQuery = {
  readonly change: Extract<QueryChange, { type: "Add" }>;
  live: LiveQuery | null;
  /** The journal of the last result, for when the query has to be subscribed to anew. */
  journal: string | null;
  /** Of the result that the client has; `null` when it has none. */
  sentFingerprint: string | null;
};

/** Transitions handed to the socket that have not left it; more are put together into one later. */
const maxUnsentTransitions = 2;
/** With so much under way, a client has to wait before it is heard again. */
const maxPendingMutations = 64;
const maxPendingActions = 1_000;
const generalFailureText = "Your request couldn't be completed. Try again later.";

export class SyncSession {
  readonly #dependencies: SyncDependencies;
  readonly #peer: SessionPeer;
  readonly #texts: ResultTexts;
  readonly #queries = new Map<number, WatchedQuery>();
  readonly #removed = new Set<number>();
  readonly #inbox: ClientMessage[] = [];

  #state: "created" | "open" | "closed" = "created";
  #sessionId = "";
  #clientClockSkewMs: number | null = null;
  #caller: Caller = { kind: "nobody" };
  #received = { querySet: 0, identity: 0 };
  #sent: StateVersion = { querySet: 0, identity: 0, ts: 0n };
  #isReading = false;
  #owesTransition = false;
  #isTransitionScheduled = false;
  #unsentTransitions = 0;
  #pendingMutations = 0;
  #pendingActions = 0;
  #transitionCount = 0;

  constructor(dependencies: SyncDependencies, peer: SessionPeer) {
    this.#dependencies = dependencies;
    this.#peer = peer;
    this.#texts = dependencies.texts;
  }

  /** Takes one message. Never throws: what is wrong is told to the client. */
  receive(text: string): void {
    if (this.#state === "closed") return;
    try {
      this.#inbox.push(parseClientMessage(text));
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.proceed();
  }

  /** Goes on with messages that had to wait. */
  proceed(): void {
    if (!this.#isReading) void this.#readInbox();
  }

  /** The socket is gone. */
  dispose(): void {
    this.#state = "closed";
    this.#inbox.length = 0;
    for (const query of this.#queries.values()) query.live?.release();
    this.#queries.clear();
    this.#dependencies.sessionClosed?.(this);
  }

  /** Asks for a transition soon, in its own turn of the event loop, together with whatever else comes up until then. */
  scheduleTransition(): void {
    this.#owesTransition = true;
    if (this.#isTransitionScheduled || this.#state !== "open") return;
    this.#isTransitionScheduled = true;
    setImmediate(() => {
      this.#isTransitionScheduled = false;
      try {
        this.#transition();
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  async #readInbox(): Promise<void> {
    this.#isReading = true;
    try {
      while (!this.#mustWait()) {
        const message = this.#inbox.shift();
        if (message === undefined) break;
        if (message.type === "Authenticate") await this.#authenticate(message);
        else this.#handle(message);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isReading = false;
      // What one packet brought waits here; more is not taken in until it is done.
      this.#peer.hold(this.#inbox.length > 0);
    }
  }

  #mustWait(): boolean {
    return this.#pendingMutations >= maxPendingMutations || this.#peer.isCongested;
  }

  #handle(message: Exclude<ClientMessage, AuthenticateMessage>): void {
    if (message.type === "Connect") {
      this.#connect(message);
      return;
    }
    if (this.#state === "created") {
      throw new ProtocolError(`Received ${message.type} before Connect`);
    }
    if (this.#refuseExpired()) return;
    switch (message.type) {
      case "ModifyQuerySet":
        this.#modifyQuerySet(message);
        break;
      case "Mutation":
        this.#mutate(message);
        break;
      case "Action":
        this.#act(message);
        break;
      case "Event":
        break;
      default:
        message satisfies never;
    }
  }

  #connect(message: Extract<ClientMessage, { type: "Connect" }>): void {
    if (this.#state !== "created") throw new ProtocolError("Received Connect a second time");
    const latest = this.#dependencies.latestTimestamp();
    if (message.maxObservedTimestamp !== null && message.maxObservedTimestamp > latest) {
      throw new Error(
        `the client has seen timestamp ${message.maxObservedTimestamp}, later than ours, ${latest}`,
      );
    }
    this.#sessionId = message.sessionId;
    if (message.clientTs !== null) {
      this.#clientClockSkewMs = Math.round(message.clientTs - this.#dependencies.now());
    }
    this.#state = "open";
  }

  #modifyQuerySet(message: Extract<ClientMessage, { type: "ModifyQuerySet" }>): void {
    if (message.baseVersion !== this.#received.querySet) {
      throw new ProtocolError(
        `Base version ${message.baseVersion} passed up doesn't match the current version ${this.#received.querySet}`,
      );
    }
    if (message.newVersion < message.baseVersion) {
      throw new ProtocolError(
        `New version ${message.newVersion} of the query set is below its base version ${message.baseVersion}`,
      );
    }
    for (const change of message.modifications) {
      if (change.type === "Add") {
        if (this.#queries.has(change.queryId)) {
          throw new ProtocolError(`Query ${change.queryId} was added while it is being watched`);
        }
        if (change.componentPath !== null && this.#caller.kind !== "admin") {
          throw new ProtocolError("`componentPath` of a query needs an admin key");
        }
        this.#queries.set(change.queryId, {
          change,
          live: null,
          journal: change.journal,
          sentFingerprint: null,
        });
      } else {
        const query = this.#queries.get(change.queryId);
        if (query === undefined) {
          throw new ProtocolError(`Query ${change.queryId} was removed but is not being watched`);
        }
        query.live?.release();
        this.#queries.delete(change.queryId);
        this.#removed.add(change.queryId);
      }
    }
    this.#received = { ...this.#received, querySet: message.newVersion };
    this.scheduleTransition();
  }

  async #authenticate(message: AuthenticateMessage): Promise<void> {
    if (this.#state === "created") throw new ProtocolError("Received Authenticate before Connect");
    const base = this.#received.identity;
    if (message.baseVersion !== base) {
      throw new ProtocolError(
        `Base version ${message.baseVersion} passed up doesn't match the current version ${base}`,
      );
    }
    try {
      this.#caller = await this.#callerFor(message.credentials);
    } catch (error) {
      if (!(error instanceof AuthFailure)) throw error;
      this.#refuseCaller(error.message, base, true);
      return;
    }
    if (this.#state !== "open") return;
    // Everything is run again as the new caller; results that do not depend on the caller stay shared.
    for (const query of this.#queries.values()) {
      query.live?.release();
      query.live = null;
    }
    this.#received = { ...this.#received, identity: base + 1 };
    this.scheduleTransition();
  }

  async #callerFor(credentials: AuthenticateMessage["credentials"]): Promise<Caller> {
    switch (credentials.kind) {
      case "none":
        return { kind: "nobody" };
      case "user":
        return { kind: "user", token: await this.#dependencies.verifyToken(credentials.token) };
      case "admin":
        return {
          kind: "admin",
          actingAs: this.#dependencies.checkAdmin(credentials.key, credentials.actingAs),
        };
      default:
        return credentials satisfies never;
    }
  }

  /** True when the caller's token has run out; the client then has been told. */
  #refuseExpired(): boolean {
    if (this.#caller.kind !== "user") return false;
    if (this.#caller.token.expiresAt > this.#dependencies.now()) return false;
    this.#refuseCaller("Convex token identity expired", this.#received.identity, false);
    return true;
  }

  #refuseCaller(error: string, baseVersion: number, authUpdateAttempted: boolean): void {
    if (this.#state === "closed") return;
    this.#peer.send(authErrorText(error, baseVersion, authUpdateAttempted));
    this.#end();
  }

  #mutate(message: CallMessage): void {
    const requestId = socketRequestId(this.#sessionId, message.requestId);
    this.#pendingMutations++;
    this.#dependencies.mutations
      .run(this.#sessionId, message.requestId, this.#functionRequest(message, requestId))
      .then((outcome) => {
        if (this.#state !== "open") return;
        if (outcome.ok) {
          const { value, timestamp, logLines } = outcome;
          this.#peer.send(
            mutationDoneText(message.requestId, value, timestamp, this.#visibleLogs(logLines)),
          );
        } else {
          const failure = clientFailure(outcome, requestId, this.#dependencies.redactErrors);
          this.#peer.send(callFailedText("MutationResponse", message.requestId, failure));
        }
        // The client waits for a transition at or after the commit, even if no query changed.
        this.scheduleTransition();
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#pendingMutations--;
        this.proceed();
      });
  }

  #act(message: CallMessage): void {
    if (this.#pendingActions >= maxPendingActions) {
      this.#peer.close(1013, `TooManyConcurrentRequests: ${maxPendingActions} actions are running`);
      this.#end();
      return;
    }
    this.#pendingActions++;
    const requestId = socketRequestId(this.#sessionId, message.requestId);
    this.#dependencies.runner
      .runAction(this.#functionRequest(message, requestId))
      .then((outcome) => {
        if (this.#state !== "open") return;
        if (outcome.ok) {
          const logLines = this.#visibleLogs(outcome.logLines);
          this.#peer.send(actionDoneText(message.requestId, outcome.value, logLines));
        } else {
          const shown =
            outcome.kind === "internal"
              ? { ...outcome, errorMessage: generalFailureText }
              : outcome;
          const failure = clientFailure(shown, requestId, this.#dependencies.redactErrors);
          this.#peer.send(callFailedText("ActionResponse", message.requestId, failure));
        }
        this.scheduleTransition();
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#pendingActions--);
  }

  #functionRequest(
    call: { udfPath: string; args: FunctionRequest["args"]; componentPath: string | null },
    requestId: string,
    journal?: string | null,
  ): FunctionRequest {
    const caller = this.#caller;
    if (call.componentPath !== null && caller.kind !== "admin") {
      throw new ProtocolError("`componentPath` of a call needs an admin key");
    }
    return {
      path: call.udfPath,
      args: call.args,
      requestId,
      ip: this.#peer.ip,
      userAgent: this.#peer.userAgent,
      ...(call.componentPath === null ? {} : { component: call.componentPath }),
      ...(journal === undefined ? {} : { journal }),
      ...(caller.kind === "nobody"
        ? { identity: null, caller: "public" }
        : caller.kind === "user"
          ? { identity: caller.token.identity, authToken: caller.token.token, caller: "public" }
          : { identity: caller.actingAs, caller: "admin" }),
    };
  }

  /** Brings the client up to now: one timestamp, one message, only what changed. */
  #transition(): void {
    if (this.#state !== "open" || !this.#owesTransition) return;
    if (this.#unsentTransitions >= maxUnsentTransitions) return; // sent when one has left
    if (this.#refuseExpired()) return;
    this.#owesTransition = false;
    // From here to the end nothing may wait: all results must hold for the same commit.
    const ts = this.#dependencies.liveQueries.settle();
    const modifications = [...this.#removed].map((queryId) => modificationText(queryId, null));
    this.#removed.clear();
    this.#subscribeNew();
    for (const [queryId, query] of this.#queries) {
      if (query.live === null) continue;
      const result = this.#resultOf(query.live.outcome());
      query.journal = result.journal;
      if (result.fingerprint === query.sentFingerprint) continue;
      query.sentFingerprint = result.fingerprint;
      modifications.push(modificationText(queryId, result.text(newRequestId)));
    }
    const end: StateVersion = { ...this.#received, ts: ts > this.#sent.ts ? ts : this.#sent.ts };
    const text = transitionText(this.#sent, end, modifications, {
      clientClockSkewMs: this.#clientClockSkewMs,
      serverTsNs: this.#dependencies.now() * 1_000_000,
    });
    this.#sent = end;
    this.#unsentTransitions++;
    this.#transitionCount++;
    const parts = splitTransition(text, `${this.#sessionId}/${this.#transitionCount}`);
    parts.forEach((part, position) => {
      const isLast = position === parts.length - 1;
      this.#peer.send(part, isLast ? () => this.#transitionLeft() : undefined);
    });
  }

  #subscribeNew(): void {
    const fresh = [...this.#queries.values()].filter((query) => query.live === null);
    if (fresh.length === 0) return;
    const handles = this.#dependencies.liveQueries.subscribe(
      fresh.map((query) => this.#functionRequest(query.change, newRequestId(), query.journal)),
      () => this.scheduleTransition(),
    );
    fresh.forEach((query, position) => (query.live = handles[position] ?? null));
  }

  #resultOf(outcome: QueryOutcome): QueryResult {
    return this.#texts.of(outcome);
  }

  #transitionLeft(): void {
    this.#unsentTransitions--;
    if (this.#owesTransition) this.scheduleTransition();
  }

  #visibleLogs(logLines: readonly string[]): readonly string[] {
    return this.#dependencies.redactErrors ? [] : logLines;
  }

  /** A violation of the protocol ends the client for good; anything else lets it come back and try again. */
  #fail(error: unknown): void {
    if (this.#state === "closed") return;
    if (error instanceof ProtocolError) {
      this.#dependencies.log.info(
        { session: this.#sessionId, reason: error.message },
        "refused a client's message",
      );
      this.#peer.send(fatalErrorText(error.message));
      this.#peer.close();
    } else {
      this.#dependencies.log.error(
        { session: this.#sessionId, err: error },
        "closed a socket after an internal error",
      );
      this.#peer.close(1011, "InternalServerError");
    }
    this.#end();
  }

  #end(): void {
    if (this.#state === "closed") return;
    this.#peer.close();
    this.dispose();
  }
}
