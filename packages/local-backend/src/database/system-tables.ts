// The list of system tables with their numbers and indexes: the one place to add a table or an index for the server.

/** A table of the server. Its indexes end, like all, in `_creationTime` and the id. */
export interface SystemTable {
  readonly name: string;
  /** Part of the ids; never changes. Below 10 000. */
  readonly number: number;
  /** Index name to its fields, besides `by_id` and `by_creation_time`. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** Fields that user code sees through `db.system`, besides `_id` and `_creationTime`; null: user code sees nothing. */
  readonly visibleFields: readonly string[] | null;
}

/** Every system table. Documents may have more fields than the visible ones. */
export const systemTables: readonly SystemTable[] = [
  {
    // state: {kind}; hidden fields are the scheduler's own.
    name: "_scheduled_functions",
    number: 539,
    indexes: {
      by_state: ["state.kind"],
      by_state_and_scheduledTime: ["state.kind", "scheduledTime"],
      by_state_and_nextTime: ["state.kind", "nextTime"],
      by_completedTime: ["completedTime"],
    },
    visibleFields: ["name", "args", "scheduledTime", "completedTime", "state"],
  },
  {
    // Hidden: storageId (uuid of the file's address), and where the file lies.
    name: "_storage",
    number: 540,
    indexes: { by_storageId: ["storageId"], by_sha256: ["sha256"] },
    visibleFields: ["sha256", "size", "contentType"],
  },
  {
    // {session, request, result, ts, logLines}: results of mutations over sockets, for resends.
    name: "_session_requests",
    number: 501,
    indexes: { by_session_and_request: ["session", "request"] },
    visibleFields: null,
  },
  {
    // {name, value}
    name: "_environment_variables",
    number: 502,
    indexes: { by_name: ["name"] },
    visibleFields: null,
  },
  {
    // {component, path}: the document's id is the handle's.
    name: "_function_handles",
    number: 503,
    indexes: { by_component_and_path: ["component", "path"] },
    visibleFields: null,
  },
  {
    // {component, name, spec, nextTime, …}
    name: "_crons",
    number: 504,
    indexes: { by_component_and_name: ["component", "name"], by_nextTime: ["nextTime"] },
    visibleFields: null,
  },
  {
    // {cron, startedTime, finishedTime, outcome}
    name: "_cron_results",
    number: 505,
    indexes: { by_cron: ["cron"] },
    visibleFields: null,
  },
  {
    // {key, …}: files on disk, for clean-up of what no document names any more.
    name: "_file_store",
    number: 506,
    indexes: { by_key: ["key"] },
    visibleFields: null,
  },
  {
    // {key, value}: small settings of the server, such as the deployed modules' hash.
    name: "_settings",
    number: 507,
    indexes: { by_key: ["key"] },
    visibleFields: null,
  },
];
