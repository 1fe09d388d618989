// The `providers` list of `auth.config.ts`, checked once when code is pushed.
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";

export type AuthProvider =
  | { readonly type: "oidc"; readonly domain: string; readonly applicationID: string }
  | {
      readonly type: "customJwt";
      readonly issuer: string;
      readonly jwks: string;
      readonly algorithm: "RS256" | "ES256";
      readonly applicationID: string | null;
    };

/** A provider list that a push must refuse; `message` says which entry and what to write instead. */
export class AuthConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AuthConfigError";
  }
}

/**
 * Reads the default export of `auth.config.ts` (protocol §10.1). `null` (no file) means no providers. A `domain` or
 * `issuer` without scheme gets `https://`.
 *
 * @throws AuthConfigError naming the entry, for a misspelt or missing field or an unknown `type`
 */
export function parseAuthConfig(config: Json): AuthProvider[] {
  if (config === null) return [];
  if (!isJsonObject(config) || !Array.isArray(config["providers"])) {
    throw new AuthConfigError(
      "`auth.config.ts` must export an object with a `providers` array as its default export",
    );
  }
  return config["providers"].map((entry, position) => parseProvider(entry, position));
}

/** The issuer whose tokens a provider vouches for. */
export function issuerOf(provider: AuthProvider): string {
  return normalizeIssuer(provider.type === "oidc" ? provider.domain : provider.issuer);
}

/** `issuer` as it is compared: with scheme, without trailing slash. */
export function normalizeIssuer(issuer: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(issuer) ? issuer : `https://${issuer}`;
  return withScheme.replace(/\/+$/, "");
}

function parseProvider(entry: Json, position: number): AuthProvider {
  const where = `\`providers[${position}]\` of \`auth.config.ts\``;
  if (!isJsonObject(entry)) throw new AuthConfigError(`${where} must be an object`);
  if ("applicationId" in entry) {
    throw new AuthConfigError(`${where} has \`applicationId\`; write \`applicationID\``);
  }
  const type = entry["type"] ?? "oidc";
  switch (type) {
    case "oidc": {
      if ("issuer" in entry) {
        throw new AuthConfigError(
          `${where} has \`issuer\`, which belongs to \`type: "customJwt"\`; an OIDC provider has \`domain\``,
        );
      }
      const domain = requiredString(entry, "domain", where);
      const applicationID = requiredString(entry, "applicationID", where);
      return { type: "oidc", domain: normalizeIssuer(domain), applicationID };
    }
    case "customJwt": {
      if ("domain" in entry) {
        throw new AuthConfigError(
          `${where} has \`domain\`, which belongs to OIDC providers; \`type: "customJwt"\` has \`issuer\``,
        );
      }
      const algorithm = requiredString(entry, "algorithm", where);
      if (algorithm !== "RS256" && algorithm !== "ES256") {
        throw new AuthConfigError(
          `${where} has \`algorithm: ${JSON.stringify(algorithm)}\`; expected "RS256" or "ES256"`,
        );
      }
      const hasApplication =
        entry["applicationID"] !== undefined && entry["applicationID"] !== null;
      return {
        type: "customJwt",
        issuer: normalizeIssuer(requiredString(entry, "issuer", where)),
        jwks: requiredString(entry, "jwks", where),
        algorithm,
        applicationID: hasApplication ? requiredString(entry, "applicationID", where) : null,
      };
    }
    default:
      throw new AuthConfigError(
        `${where} has \`type: ${JSON.stringify(type)}\`; expected "oidc", "customJwt" or no \`type\``,
      );
  }
}

function requiredString(entry: JsonObject, name: string, where: string): string {
  const value = entry[name];
  if (typeof value === "string" && value !== "") return value;
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  throw new AuthConfigError(
    `${where} needs \`${name}\` as a text and has ${got}. If it comes from an environment variable, set that first (\`local-backend env set NAME VALUE\`)`,
  );
}
