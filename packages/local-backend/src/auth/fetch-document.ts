// How the documents of token issuers are fetched: from the network, or in process when we are the issuer ourselves.
import type { FetchDocument } from "./key-sets.ts";

/**
 * A fetcher that answers addresses of our own site by `runSite`, which gets them without the site's prefix: the issuer of
 * our tokens is often ourselves.
 */
export function documentFetcher(
  siteUrl: string,
  runSite: (request: Request) => Promise<Response>,
): FetchDocument {
  return async (url) => {
    const response = url.startsWith(`${siteUrl}/`)
      ? await runSite(new Request(new URL(url.slice(siteUrl.length), new URL(siteUrl).origin)))
      : await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      body: await response.text(),
    };
  };
}
