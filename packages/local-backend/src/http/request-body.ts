// Request bodies, read up to a limit, and the JSON in them.
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";
import { HttpError } from "./http-error.ts";

const MiB = 1024 * 1024;
/** Arguments may be 16 MiB of Convex values, which as JSON text take more. */
export const functionBodyLimit = 64 * MiB;

/** @throws HttpError 413 as soon as more than `limitBytes` came */
export async function readBody(request: Request, limitBytes: number): Promise<Buffer> {
  refuseLongContent(request, limitBytes);
  if (request.body === null) return Buffer.alloc(0);
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const body: ReadableStream<Uint8Array> = request.body;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(parts);
    sizeBytes += value.byteLength;
    if (sizeBytes > limitBytes) {
      await reader.cancel();
      throw tooLarge(limitBytes);
    }
    parts.push(value);
  }
}

/** @throws HttpError 413 if the request announces more than `limitBytes` */
export function refuseLongContent(request: Request, limitBytes: number): void {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > limitBytes) throw tooLarge(limitBytes);
}

/** The request's body as a JSON object. @throws HttpError 400, 413 */
export async function readJsonObject(
  request: Request,
  limitBytes = functionBodyLimit,
): Promise<JsonObject> {
  const text = (await readBody(request, limitBytes)).toString("utf8");
  const json = parseJsonText(text, "The request's body");
  if (isJsonObject(json)) return json;
  throw new HttpError(400, "BadJsonBody", "The request's body must be a JSON object");
}

/** @throws HttpError 400 naming what was to be JSON */
export function parseJsonText(text: string, what: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpError(400, "BadJsonBody", `${what} is not JSON: ${reason}`);
  }
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError(
    413,
    "RequestTooLarge",
    `The request's body is larger than ${limitBytes / MiB} MiB`,
  );
}
