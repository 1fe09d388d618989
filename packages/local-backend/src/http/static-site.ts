// Serves a built web app: files with caching headers, compressed once, and `index.html` for the app's own routes.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
  ".wasm": "application/wasm",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".pdf": "application/pdf",
};
const compressible = /^(text\/|application\/(json|manifest|xml|wasm)|image\/svg)/;
/** Names that carry a hash of their content, as bundlers write them: they never change. */
const hashedName = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

type Encoding = "br" | "gzip" | "identity";
type CachedFile = {
  readonly modifiedMs: number;
  readonly content: Buffer;
  readonly etag: string;
  readonly encoded: Map<Encoding, Buffer>;
};

export class StaticSite {
  readonly #root: string;
  readonly #files = new Map<string, CachedFile>();

  /** @param folder - the built app; it may be rebuilt while it is served */
  constructor(folder: string) {
    this.#root = normalize(folder);
  }

  /** The answer to a request for `pathname`, or `null` if neither a file nor the app's start page fits it. */
  async respond(request: Request, pathname: string): Promise<Response | null> {
    if (request.method !== "GET" && request.method !== "HEAD") return null;
    const path = this.#toFile(pathname);
    if (path === null) return null;
    const direct = await this.#load(path);
    if (direct !== null) return this.#send(request, path, direct);
    // A missing script or picture is an error; any other address belongs to the app's own router.
    if (extname(pathname) !== "" && !acceptsHtml(request)) return null;
    const start = join(this.#root, "index.html");
    const startPage = await this.#load(start);
    return startPage === null ? null : this.#send(request, start, startPage);
  }

  #toFile(pathname: string): string | null {
    let decoded;
    try {
      decoded = decodeURIComponent(pathname);
    } catch {
      return null;
    }
    if (decoded.includes("\0") || decoded.includes("\\")) return null;
    const path = normalize(
      join(this.#root, decoded.endsWith("/") ? `${decoded}index.html` : decoded),
    );
    if (!path.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)) return null;
    const inside = path.slice(this.#root.length).split(sep);
    const isHidden = inside.some((part) => part.startsWith(".") && part !== ".well-known");
    return isHidden ? null : path;
  }

  async #load(path: string): Promise<CachedFile | null> {
    let info;
    try {
      info = await stat(path);
    } catch {
      return null;
    }
    if (!info.isFile()) return null;
    const known = this.#files.get(path);
    if (known?.modifiedMs === info.mtimeMs && known.content.byteLength === info.size) return known;
    const content = await readFile(path);
    const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 27)}"`;
    const file = { modifiedMs: info.mtimeMs, content, etag, encoded: new Map<Encoding, Buffer>() };
    this.#files.set(path, file);
    return file;
  }

  async #send(request: Request, path: string, file: CachedFile): Promise<Response> {
    const contentType = contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream";
    const isText = compressible.test(contentType);
    const encoding = isText && file.content.byteLength > 1024 ? pickEncoding(request) : "identity";
    const etag = encoding === "identity" ? file.etag : `${file.etag.slice(0, -1)}-${encoding}"`;
    const isImmutable = path.includes(`${sep}assets${sep}`) && hashedName.test(path);
    const headers = new Headers({
      "Content-Type": contentType,
      "Cache-Control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
      ETag: etag,
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "same-origin",
    });
    if (isText) headers.set("Vary", "Accept-Encoding");
    if (request.headers.get("if-none-match")?.includes(etag) === true) {
      return new Response(null, { status: 304, headers });
    }
    const body = await encode(file, encoding);
    if (encoding !== "identity") headers.set("Content-Encoding", encoding);
    headers.set("Content-Length", String(body.byteLength));
    return new Response(request.method === "HEAD" ? null : new Uint8Array(body), { headers });
  }
}

function acceptsHtml(request: Request): boolean {
  return request.headers.get("accept")?.includes("text/html") ?? false;
}

function pickEncoding(request: Request): Encoding {
  const accepted = request.headers.get("accept-encoding") ?? "";
  if (/\bbr\b/.test(accepted)) return "br";
  return /\bgzip\b/.test(accepted) ? "gzip" : "identity";
}

/** Each file is compressed once per encoding, off the main thread, and kept. */
async function encode(file: CachedFile, encoding: Encoding): Promise<Buffer> {
  if (encoding === "identity") return file.content;
  const known = file.encoded.get(encoding);
  if (known !== undefined) return known;
  const compressed =
    encoding === "br"
      ? await promisify(brotliCompress)(file.content, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 6 },
        })
      : await promisify(gzip)(file.content);
  file.encoded.set(encoding, compressed);
  return compressed;
}
