// Who may vouch for callers, by `auth.config.ts`, and how issuers are compared.

export type AuthProvider =
  | { readonly type: "oidc"; readonly domain: string; readonly applicationID: string }
  | {
      readonly type: "customJwt";
      readonly issuer: string;
      readonly jwks: string;
      readonly algorithm: "RS256" | "ES256";
      readonly applicationID: string | null;
    };

/** The issuer whose tokens a provider vouches for. */
export function issuerOf(provider: AuthProvider): string {
  return normalizeIssuer(provider.type === "oidc" ? provider.domain : provider.issuer);
}

/** `issuer` as it is compared: with scheme, without trailing slash. */
export function normalizeIssuer(issuer: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(issuer) ? issuer : `https://${issuer}`;
  return withScheme.replace(/\/+$/, "");
}
