// Cross-origin headers of `/api` and the meta routes. Credentials are bearer tokens, so any origin may ask.

const methods = "GET, POST, OPTIONS, PATCH, DELETE, PUT";

/** Answer to a preflight request. */
export function preflightResponse(request: Request): Response {
  const headers = new Headers({
    "Access-Control-Allow-Methods": methods,
    "Access-Control-Max-Age": "86400",
  });
  const requested = request.headers.get("access-control-request-headers");
  if (requested !== null) headers.set("Access-Control-Allow-Headers", requested);
  const response = new Response(null, { status: 200, headers });
  return withCors(request, response);
}

/** Adds the headers in place; `response` must have been made here, not fetched. */
export function withCors(request: Request, response: Response): Response {
  const origin = request.headers.get("origin");
  if (origin === null) return response;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.append("Vary", "Origin");
  return response;
}
