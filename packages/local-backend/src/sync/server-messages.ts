// Messages to a client over the socket, written as text: results come in as text already and are not parsed.
import type { Json, JsonText } from "../values/json.ts";
import { encodeTimestamp } from "../values/timestamps.ts";

export type StateVersion = {
  readonly querySet: number;
  readonly identity: number;
  readonly ts: bigint;
};

/** What a client is told of one query: everything but the query's id, so that sockets can share it. */
export type QueryResultText = string;

export function queryUpdatedText(
  value: JsonText,
  logLines: readonly string[],
  journal: string | null,
): QueryResultText {
  return `"type":"QueryUpdated","value":${value},"logLines":${JSON.stringify(logLines)},"journal":${JSON.stringify(journal)}`;
}

export function queryFailedText(
  failure: { errorMessage: string; errorData?: Json; logLines: readonly string[] },
  journal: string | null,
): QueryResultText {
  return (
    `"type":"QueryFailed","errorMessage":${JSON.stringify(failure.errorMessage)}` +
    `,"logLines":${JSON.stringify(failure.logLines)},"journal":${JSON.stringify(journal)}${errorDataText(failure.errorData)}`
  );
}

/** One entry of a transition's `modifications`. */
export function modificationText(queryId: number, result: QueryResultText | null): string {
  return result === null
    ? `{"type":"QueryRemoved","queryId":${queryId}}`
    : `{"queryId":${queryId},${result}}`;
}

export function transitionText(
  start: StateVersion,
  end: StateVersion,
  modifications: readonly string[],
  clock: { clientClockSkewMs: number | null; serverTsNs: number },
): string {
  const skew =
    clock.clientClockSkewMs === null ? "" : `,"clientClockSkew":${clock.clientClockSkewMs}`;
  return (
    `{"type":"Transition","startVersion":${versionText(start)},"endVersion":${versionText(end)}` +
    `,"modifications":[${modifications.join(",")}]${skew},"serverTs":${clock.serverTsNs}}`
  );
}

/** Above this many characters a transition is sent in parts, so that the client sees progress and proxies let it through. */
const chunkCharacters = 4 * 1024 * 1024;

/** A transition as one message, or as several `TransitionChunk`s. */
export function splitTransition(text: string, transitionId: string): string[] {
  if (text.length <= chunkCharacters + chunkCharacters / 4) return [text];
  const chunks: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + chunkCharacters, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1; // keep surrogate pairs whole
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks.map((chunk, partNumber) =>
    JSON.stringify({
      type: "TransitionChunk",
      chunk,
      partNumber,
      totalParts: chunks.length,
      transitionId,
    }),
  );
}

export function mutationDoneText(
  requestId: number,
  value: JsonText,
  timestamp: bigint,
  logLines: readonly string[],
): string {
  return (
    `{"type":"MutationResponse","requestId":${requestId},"success":true,"result":${value}` +
    `,"ts":${JSON.stringify(encodeTimestamp(timestamp))},"logLines":${JSON.stringify(logLines)}}`
  );
}

export function actionDoneText(
  requestId: number,
  value: JsonText,
  logLines: readonly string[],
): string {
  return `{"type":"ActionResponse","requestId":${requestId},"success":true,"result":${value},"logLines":${JSON.stringify(logLines)}}`;
}

export function callFailedText(
  type: "MutationResponse" | "ActionResponse",
  requestId: number,
  failure: { errorMessage: string; errorData?: Json; logLines: readonly string[] },
): string {
  const ts = type === "MutationResponse" ? `,"ts":null` : "";
  return (
    `{"type":"${type}","requestId":${requestId},"success":false,"result":${JSON.stringify(failure.errorMessage)}${ts}` +
    `,"logLines":${JSON.stringify(failure.logLines)}${errorDataText(failure.errorData)}}`
  );
}

export function authErrorText(
  error: string,
  baseVersion: number,
  authUpdateAttempted: boolean,
): string {
  return JSON.stringify({ type: "AuthError", error, baseVersion, authUpdateAttempted });
}

export function fatalErrorText(error: string): string {
  return JSON.stringify({ type: "FatalError", error });
}

export const pingText = `{"type":"Ping"}`;

/** Without data the field is absent: `null` would make the client throw a ConvexError. */
function errorDataText(data: Json | undefined): string {
  return data === undefined ? "" : `,"errorData":${JSON.stringify(data)}`;
}

function versionText(version: StateVersion): string {
  return `{"querySet":${version.querySet},"identity":${version.identity},"ts":"${encodeTimestamp(version.ts)}"}`;
}
