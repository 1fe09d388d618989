// The admin key of a data folder, and the `Authorization` header forms: `Bearer <jwt>` and `Convex <key>[:<identity>]`.
import { randomBytes, timingSafeEqual, createHash } from "node:crypto";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";
import { AuthFailure } from "./auth-failure.ts";
import type { Identity } from "./identity.ts";
import { keepSecret, readSecret } from "./secret-file.ts";

const fileName = "admin-key";

/** A new key in the form the official command line expects: `name|hex`. */
export function createAdminKey(): string {
  return `local-backend|${randomBytes(32).toString("hex")}`;
}

/** The key of a data folder, created on first use in a file that only its owner can read. */
export function loadAdminKey(dataFolder: string): Promise<string> {
  return keepSecret(dataFolder, fileName, createAdminKey);
}

/** The key of a data folder, or `null` if no server has used the folder yet. */
export function readAdminKey(dataFolder: string): Promise<string | null> {
  return readSecret(dataFolder, fileName);
}

export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "admin"; readonly actingAs: Identity | null };

/**
 * Reads an `Authorization` header. A bearer token is not verified here, an admin key is.
 *
 * @throws AuthFailure for another scheme, a wrong key, or an identity that is not one
 */
export function parseAuthorization(
  header: string | null | undefined,
  adminKey: string,
): Credentials {
  if (header === null || header === undefined || header.trim() === "") return { kind: "none" };
  const match = /^(\S+)\s+(.+)$/.exec(header.trim());
  const scheme = match?.[1]?.toLowerCase();
  const rest = match?.[2] ?? "";
  if (scheme === "bearer") return { kind: "token", token: rest };
  if (scheme === "convex") return { kind: "admin", actingAs: checkAdminKey(rest, adminKey) };
  throw new AuthFailure(
    "malformed",
    "The Authorization header must be `Bearer <token>` or `Convex <admin key>`",
  );
}

/**
 * Checks `<key>` or `<key>:<base64 of an identity as JSON>`; gives the identity to act as, or `null`.
 *
 * @throws AuthFailure when the key is not ours or the identity is not one
 */
export function checkAdminKey(text: string, adminKey: string): Identity | null {
  const colon = text.indexOf(":");
  const key = colon < 0 ? text : text.slice(0, colon);
  if (!equalInConstantTime(key, adminKey)) {
    throw new AuthFailure("badAdminKey", "The provided admin key was invalid for this instance");
  }
  return colon < 0 ? null : parseActingAs(text.slice(colon + 1));
}

/** An identity given as JSON by an admin: any claims, `subject` and `issuer` filled in when absent. */
export function completeIdentity(attributes: JsonObject): Identity {
  const subject = typeof attributes["subject"] === "string" ? attributes["subject"] : "admin";
  const issuer =
    typeof attributes["issuer"] === "string" ? attributes["issuer"] : "https://convex.test";
  const given = attributes["tokenIdentifier"];
  const tokenIdentifier = typeof given === "string" ? given : `${issuer}|${subject}`;
  return { ...attributes, subject, issuer, tokenIdentifier };
}

function parseActingAs(base64: string): Identity {
  let parsed: Json;
  try {
    parsed = parseJson(Buffer.from(base64, "base64").toString("utf8"));
  } catch (cause) {
    throw new AuthFailure("malformed", "The identity to act as must be base64 of a JSON object", {
      cause,
    });
  }
  if (!isJsonObject(parsed)) {
    throw new AuthFailure("malformed", "The identity to act as must be a JSON object");
  }
  return completeIdentity(parsed);
}

function equalInConstantTime(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
