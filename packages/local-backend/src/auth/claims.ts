// From the claims of a verified token to the identity a function sees.
import type { JWTPayload } from "jose";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import type { Identity } from "./identity.ts";

/** OIDC claim names that have another name in an identity. */
const renamed: Record<string, string> = {
  given_name: "givenName",
  family_name: "familyName",
  preferred_username: "preferredUsername",
  profile: "profileUrl",
  picture: "pictureUrl",
  website: "websiteUrl",
  email_verified: "emailVerified",
  birthdate: "birthday",
  zoneinfo: "timezone",
  locale: "language",
  phone_number: "phoneNumber",
  phone_number_verified: "phoneNumberVerified",
};

/** Claims about the token itself, which say nothing of the person. */
const registered = new Set(["iss", "sub", "aud", "exp", "iat", "nbf", "jti"]);
const oidcOnly = new Set([
  ...registered,
  "fva",
  "nonce",
  "auth_time",
  "acr",
  "amr",
  "azp",
  "at_hash",
  "c_hash",
]);

/** Identity of an OIDC token: standard claims under Convex's names, others under their own. */
export function identityFromOidc(payload: JWTPayload): Identity {
  const claims: Record<string, Json> = {};
  for (const [name, raw] of Object.entries(payload)) {
    if (oidcOnly.has(name)) continue;
    const value = toJson(raw);
    if (value === undefined || value === null) continue;
    if (name === "address") {
      const formatted = isJsonObject(value) ? value["formatted"] : undefined;
      if (typeof formatted === "string") claims["address"] = formatted;
    } else if (name === "updated_at") {
      claims["updatedAt"] = typeof value === "number" ? rfc3339(value) : value;
    } else {
      claims[renamed[name] ?? name] = value;
    }
  }
  return { ...claims, ...subjectOf(payload) };
}

/** Identity of a `customJwt` token: no renaming, nested objects flattened to dotted names. */
export function identityFromCustomJwt(payload: JWTPayload): Identity {
  const claims: Record<string, Json> = {};
  for (const [name, raw] of Object.entries(payload)) {
    if (registered.has(name)) continue;
    const value = toJson(raw);
    if (value !== undefined) flatten(name, value, claims);
  }
  return { ...claims, ...subjectOf(payload) };
}

function subjectOf(payload: JWTPayload): {
  tokenIdentifier: string;
  subject: string;
  issuer: string;
} {
  const issuer = payload.iss ?? "";
  const subject = payload.sub ?? "";
  return { tokenIdentifier: `${issuer}|${subject}`, subject, issuer };
}

function flatten(name: string, value: Json, into: Record<string, Json>): void {
  if (!isJsonObject(value)) {
    into[name] = value;
    return;
  }
  for (const [inner, innerValue] of Object.entries(value))
    flatten(`${name}.${inner}`, innerValue, into);
}

function rfc3339(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(".000Z", "Z");
}

/** A claim as JSON; what JSON cannot hold (it cannot come out of a token) is dropped. */
function toJson(value: unknown): Json | undefined {
  if (
    value === null ||
    typeof value === "boolean" ||
    typeof value === "number" ||
    typeof value === "string"
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map((element) => toJson(element) ?? null);
  if (typeof value !== "object") return undefined;
  const object: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const json = toJson(inner);
    if (json !== undefined) object[key] = json;
  }
  return object;
}
