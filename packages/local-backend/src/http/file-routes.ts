// Uploading and downloading stored files. What was uploaded may be anything, so it is served where it can do no harm.
import { Hono } from "hono";
import { UserError } from "../database/errors.ts";
import { UploadTokenError, type FileRow, type ServerFileStorage } from "./file-storage.ts";
import { errorResponse, HttpError } from "./http-error.ts";

export function fileRoutes(files: ServerFileStorage): Hono {
  const app = new Hono();
  app.post("/upload", async (context) => {
    const digest = context.req.header("digest");
    const contentType = context.req.header("content-type") ?? null;
    try {
      const storageId = await files.upload(context.req.query("token") ?? "", context.req.raw.body, {
        contentType: contentType === "" ? null : contentType,
        sha256: digest === undefined ? null : parseDigest(digest),
      });
      return context.json({ storageId });
    } catch (error) {
      if (error instanceof UploadTokenError) return errorResponse(401, error.code, error.message);
      if (error instanceof UserError)
        return errorResponse(400, error.code ?? "BadRequest", error.message);
      throw error;
    }
  });
  app.get("/:storageId", async (context) => {
    let row: FileRow | null;
    try {
      row = files.find(context.req.param("storageId"));
    } catch (error) {
      if (error instanceof UserError) return errorResponse(400, "InvalidStorageId", error.message);
      throw error;
    }
    if (row === null)
      return errorResponse(404, "FileNotFound", "There is no stored file at this address");
    return serve(files, row, context.req.raw);
  });
  return app;
}

async function serve(files: ServerFileStorage, row: FileRow, request: Request): Promise<Response> {
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=2592000",
    // A stored page or picture must not run with the rights of the app that shares this origin.
    "Content-Security-Policy":
      "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
  });
  if (row.contentType !== null) headers.set("Content-Type", row.contentType);
  const range = parseRange(request.headers.get("range"), row.sizeBytes);
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${row.sizeBytes}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: row.sizeBytes - 1 };
  headers.set("Content-Length", String(end - start + 1));
  if (range === null) headers.set("Digest", `sha-256=${row.sha256}`);
  else headers.set("Content-Range", `bytes ${start}-${end}/${row.sizeBytes}`);
  const status = range === null ? 200 : 206;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const body = await files.stream(row, start, end);
  if (body === null)
    return errorResponse(404, "FileNotFound", "There is no stored file at this address");
  return new Response(body, { status, headers });
}

/** One byte range; `null` when none was asked for; several are not served. */
function parseRange(
  header: string | null,
  sizeBytes: number,
): { start: number; end: number } | "unsatisfiable" | null {
  if (header === null) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null) return "unsatisfiable";
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return "unsatisfiable";
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "unsatisfiable" : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return start > end || start >= sizeBytes ? "unsatisfiable" : { start, end };
}

/** The sha256 of a `Digest: sha-256=<base64>` header. @throws HttpError 400 */
function parseDigest(header: string): string {
  const match = /(?:^|,)\s*sha-256=([A-Za-z0-9+/=]+)/i.exec(header);
  if (match?.[1] !== undefined) return match[1];
  throw new HttpError(400, "BadDigest", "The Digest header must be `sha-256=<base64>`");
}
