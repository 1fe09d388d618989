// Public keys of token issuers: OIDC discovery, JWKS addresses and `data:` URLs, cached, refetched when a key is unknown.
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { parseJson } from "../values/json.ts";
import { AuthFailure } from "./auth-failure.ts";
import { issuerOf, type AuthProvider } from "./providers.ts";

/** Fetches a document as text; the server answers its own site's addresses in process. Rejects when unreachable. */
export type FetchDocument = (
  url: string,
) => Promise<{ status: number; contentType: string; body: string }>;

type KeySet = { readonly getKey: JWTVerifyGetKey; readonly fetchedAt: number };

const maxAgeMs = 10 * 60_000;
/** A token with an unknown key may make us fetch again, but not more often than this per issuer. */
const minRefetchMs = 5_000;

/** Key sets by provider. One fetch at a time per provider, however many tokens wait for it. */
export class KeySets {
  readonly #fetchDocument: FetchDocument;
  readonly #now: () => number;
  readonly #sets = new Map<string, KeySet>();
  readonly #fetching = new Map<string, Promise<KeySet>>();

  constructor(fetchDocument: FetchDocument, now: () => number) {
    this.#fetchDocument = fetchDocument;
    this.#now = now;
  }

  /**
   * The provider's keys. With `olderThan`, a set fetched before that instant is fetched again, unless it is only seconds
   * old (then the same set comes back and the caller gives up).
   *
   * @throws AuthFailure `unreachable` when the documents cannot be had or are not key sets
   */
  async get(provider: AuthProvider, options?: { refetch: boolean }): Promise<KeySet> {
    const name = provider.type === "oidc" ? `oidc ${issuerOf(provider)}` : `jwks ${provider.jwks}`;
    const known = this.#sets.get(name);
    if (known !== undefined) {
      const age = this.#now() - known.fetchedAt;
      if (age < (options?.refetch === true ? minRefetchMs : maxAgeMs)) return known;
    }
    const running = this.#fetching.get(name);
    if (running !== undefined) return running;
    const fetching = this.#fetch(provider).finally(() => this.#fetching.delete(name));
    this.#fetching.set(name, fetching);
    const fresh = await fetching;
    this.#sets.set(name, fresh);
    return fresh;
  }

  /** Forgets everything, after a change of environment variables or of code. */
  clear(): void {
    this.#sets.clear();
  }

  async #fetch(provider: AuthProvider): Promise<KeySet> {
    const url = provider.type === "oidc" ? await this.#discover(issuerOf(provider)) : provider.jwks;
    const parsed = await this.#fetchJson(url);
    const keys = isRecord(parsed) ? parsed["keys"] : undefined;
    if (!Array.isArray(keys)) {
      throw new AuthFailure(
        "unreachable",
        `\`${shorten(url)}\` is not a JSON Web Key Set: it has no \`keys\``,
      );
    }
    const set: JSONWebKeySet = { keys: keys.filter(isJwk) };
    return { getKey: createLocalJWKSet(set), fetchedAt: this.#now() };
  }

  async #discover(issuer: string): Promise<string> {
    const url = `${issuer}/.well-known/openid-configuration`;
    const parsed = await this.#fetchJson(url);
    const jwksUri = isRecord(parsed) ? parsed["jwks_uri"] : undefined;
    if (typeof jwksUri !== "string") {
      throw new AuthFailure("unreachable", `\`${url}\` has no \`jwks_uri\``);
    }
    return jwksUri;
  }

  async #fetchJson(url: string): Promise<unknown> {
    if (url.startsWith("data:")) return parseDocument(decodeDataUrl(url), url);
    let document;
    try {
      document = await this.#fetchDocument(url);
    } catch (cause) {
      throw new AuthFailure("unreachable", `Could not fetch \`${url}\` to verify a token`, {
        cause,
      });
    }
    if (document.status !== 200) {
      throw new AuthFailure(
        "unreachable",
        `\`${url}\` answered ${document.status}; a token could not be verified`,
      );
    }
    return parseDocument(document.body, url);
  }
}

function decodeDataUrl(url: string): string {
  const comma = url.indexOf(",");
  if (comma < 0) throw new AuthFailure("unreachable", "A `data:` URL of `jwks` has no comma");
  const body = url.slice(comma + 1);
  if (/;base64$/i.test(url.slice(0, comma))) return Buffer.from(body, "base64").toString("utf8");
  try {
    return decodeURIComponent(body);
  } catch (cause) {
    throw new AuthFailure("unreachable", "A `data:` URL of `jwks` is not percent-encoded", {
      cause,
    });
  }
}

function parseDocument(text: string, url: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new AuthFailure("unreachable", `\`${shorten(url)}\` is not JSON`, { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJwk(value: unknown): value is JSONWebKeySet["keys"][number] {
  return isRecord(value) && typeof value["kty"] === "string";
}

function shorten(url: string): string {
  return url.length > 80 ? `${url.slice(0, 77)}...` : url;
}
