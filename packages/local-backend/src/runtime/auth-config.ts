// Checks what `auth.config` exports, with the texts of a push.
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import type { AuthProvider } from "./analysis.ts";
import { CompileError } from "./app-bundle.ts";

/** @throws CompileError that names the provider and its fault */
export function parseAuthConfig(json: Json): AuthProvider[] {
  const providers = isJsonObject(json) ? json["providers"] : undefined;
  if (!Array.isArray(providers)) {
    throw new CompileError("auth.config must export default an object with a list of `providers`.");
  }
  return providers.map(parseProvider);
}

function parseProvider(provider: Json, index: number): AuthProvider {
  const where = `auth.config: provider ${index + 1}`;
  if (!isJsonObject(provider)) throw new CompileError(`${where} is no object.`);
  const text = (name: string): string => {
    const value = provider[name];
    if (typeof value === "string" && value !== "") return value;
    throw new CompileError(`${where} needs \`${name}\`, a string.`);
  };
  if ("applicationId" in provider) {
    throw new CompileError(`${where}: \`applicationId\` must be spelled \`applicationID\`.`);
  }
  const type = provider["type"] ?? "oidc";
  if (type === "oidc") {
    if ("issuer" in provider) {
      throw new CompileError(`${where}: an OIDC provider has \`domain\`, not \`issuer\`.`);
    }
    return {
      type: "oidc",
      domain: withScheme(text("domain")),
      applicationID: text("applicationID"),
    };
  }
  if (type !== "customJwt") {
    throw new CompileError(
      `${where}: unknown \`type\` ${JSON.stringify(type)}; expected "oidc" or "customJwt".`,
    );
  }
  if ("domain" in provider) {
    throw new CompileError(`${where}: a customJwt provider has \`issuer\`, not \`domain\`.`);
  }
  return {
    type: "customJwt",
    issuer: withScheme(text("issuer")),
    jwks: text("jwks"),
    algorithm: algorithmOf(provider, where),
    applicationID: typeof provider["applicationID"] === "string" ? provider["applicationID"] : null,
  };
}

function algorithmOf(provider: JsonObject, where: string): "RS256" | "ES256" {
  const algorithm = provider["algorithm"];
  if (algorithm === "RS256" || algorithm === "ES256") return algorithm;
  throw new CompileError(
    `${where}: \`algorithm\` is ${JSON.stringify(algorithm ?? null)}; expected "RS256" or "ES256".`,
  );
}

function withScheme(address: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
}
