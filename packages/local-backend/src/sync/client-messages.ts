// Messages of a client over the socket: the one place where their text becomes typed data.
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";
import { decodeTimestamp } from "../values/timestamps.ts";

export type QueryChange =
  | {
      readonly type: "Add";
      readonly queryId: number;
      readonly udfPath: string;
      readonly args: Json;
      readonly journal: string | null;
      readonly componentPath: string | null;
    }
  | { readonly type: "Remove"; readonly queryId: number };

export type CallMessage = {
  readonly type: "Mutation" | "Action";
  readonly requestId: number;
  readonly udfPath: string;
  readonly args: Json;
  readonly componentPath: string | null;
};

export type AuthenticateMessage = {
  readonly type: "Authenticate";
  readonly baseVersion: number;
  readonly credentials:
    | { readonly kind: "none" }
    | { readonly kind: "user"; readonly token: string }
    | { readonly kind: "admin"; readonly key: string; readonly actingAs: JsonObject | null };
};

export type ClientMessage =
  | {
      readonly type: "Connect";
      readonly sessionId: string;
      readonly connectionCount: number;
      readonly lastCloseReason: string | null;
      /** ms since 1970 by the client's clock, if it said */
      readonly clientTs: number | null;
      readonly maxObservedTimestamp: bigint | null;
    }
  | {
      readonly type: "ModifyQuerySet";
      readonly baseVersion: number;
      readonly newVersion: number;
      readonly modifications: readonly QueryChange[];
    }
  | CallMessage
  | AuthenticateMessage
  | { readonly type: "Event" };

/** The client does not speak the protocol; it is told with a `FatalError` and the socket is closed. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** @throws ProtocolError saying what was expected */
export function parseClientMessage(text: string): ClientMessage {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProtocolError(`Received a message that is not JSON: ${reason}`, { cause });
  }
  if (!isJsonObject(json)) throw new ProtocolError("Received a message that is not a JSON object");
  const type = json["type"];
  switch (type) {
    case "Connect":
      return {
        type,
        sessionId: sessionId(json),
        connectionCount: count(json, "connectionCount"),
        lastCloseReason: optionalString(json, "lastCloseReason"),
        clientTs: typeof json["clientTs"] === "number" ? json["clientTs"] : null,
        maxObservedTimestamp: timestamp(json, "maxObservedTimestamp"),
      };
    case "ModifyQuerySet":
      return {
        type,
        baseVersion: count(json, "baseVersion"),
        newVersion: count(json, "newVersion"),
        modifications: list(json, "modifications").map(queryChange),
      };
    case "Mutation":
    case "Action":
      return {
        type,
        requestId: count(json, "requestId"),
        udfPath: string(json, "udfPath"),
        args: list(json, "args"),
        componentPath: optionalString(json, "componentPath"),
      };
    case "Authenticate":
      return authenticate(json);
    case "Event":
      return { type };
    default:
      throw new ProtocolError(
        `Received a message of unknown type ${JSON.stringify(type) ?? "(none)"}`,
      );
  }
}

function authenticate(json: JsonObject): AuthenticateMessage {
  const baseVersion = count(json, "baseVersion");
  const tokenType = json["tokenType"];
  switch (tokenType) {
    case "None":
      return { type: "Authenticate", baseVersion, credentials: { kind: "none" } };
    case "User":
      return {
        type: "Authenticate",
        baseVersion,
        credentials: { kind: "user", token: string(json, "value") },
      };
    case "Admin": {
      const impersonating = json["impersonating"];
      const actingAs = isJsonObject(impersonating) ? impersonating : null;
      return {
        type: "Authenticate",
        baseVersion,
        credentials: { kind: "admin", key: string(json, "value"), actingAs },
      };
    }
    default:
      throw new ProtocolError(
        `\`tokenType\` of Authenticate is ${JSON.stringify(tokenType)}; expected "User", "Admin" or "None"`,
      );
  }
}

function queryChange(json: Json): QueryChange {
  if (!isJsonObject(json)) throw new ProtocolError("An entry of `modifications` is not an object");
  const type = json["type"];
  if (type === "Remove") return { type, queryId: count(json, "queryId") };
  if (type !== "Add") {
    throw new ProtocolError(
      `\`type\` of a query modification is ${JSON.stringify(type)}; expected "Add" or "Remove"`,
    );
  }
  return {
    type,
    queryId: count(json, "queryId"),
    udfPath: string(json, "udfPath"),
    args: list(json, "args"),
    journal: optionalString(json, "journal"),
    componentPath: optionalString(json, "componentPath"),
  };
}

function sessionId(json: JsonObject): string {
  const value = string(json, "sessionId");
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
  throw new ProtocolError(`\`sessionId\` of Connect is ${JSON.stringify(value)}; expected a UUID`);
}

function count(json: JsonObject, name: string): number {
  const value = json[name];
  if (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    value >= 0 &&
    value <= 0xffff_ffff
  )
    return value;
  throw wrongField(json, name, "a whole number from 0");
}

function string(json: JsonObject, name: string): string {
  const value = json[name];
  if (typeof value === "string") return value;
  throw wrongField(json, name, "a text");
}

function optionalString(json: JsonObject, name: string): string | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  throw wrongField(json, name, "a text or null");
}

function list(json: JsonObject, name: string): Json[] {
  const value = json[name];
  if (Array.isArray(value)) return value;
  throw wrongField(json, name, "an array");
}

function timestamp(json: JsonObject, name: string): bigint | null {
  const text = optionalString(json, name);
  if (text === null) return null;
  try {
    return decodeTimestamp(text);
  } catch (cause) {
    throw wrongField(json, name, "base64 of 8 bytes", cause);
  }
}

function wrongField(
  json: JsonObject,
  name: string,
  expected: string,
  cause?: unknown,
): ProtocolError {
  const got = JSON.stringify(json[name])?.slice(0, 100) ?? "nothing";
  const type = JSON.stringify(json["type"]) ?? "a modification";
  return new ProtocolError(`\`${name}\` of ${type} is ${got}; expected ${expected}`, { cause });
}
