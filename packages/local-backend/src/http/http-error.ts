// A request that gets no function result: the status and the `{code, message}` body it is answered with.

export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function errorResponse(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
