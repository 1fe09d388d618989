// Headers, Blob, File, FormData, Request and Response as values. Queries and mutations do no requests, but libraries load these
// classes, and code shared with http actions builds and reads them.
/* eslint-disable @typescript-eslint/require-await -- bodies answer with promises, failures included */
import { define } from "./clock-and-chance.ts";
import { copyBytes, toBytes } from "./text-encoding.ts";
import type { RealmHost } from "./realm-host.ts";

let host: RealmHost;

class Headers {
  #values = new Map<string, string[]>();
  constructor(init?: unknown) {
    if (init === undefined || init === null) return;
    const pairs =
      typeof init === "object" && Symbol.iterator in init
        ? (init as Iterable<[unknown, unknown]>)
        : Object.entries(init);
    for (const [name, value] of pairs) this.append(String(name), String(value));
  }
  append(name: string, value: string): void {
    const key = name.toLowerCase();
    this.#values.set(key, [...(this.#values.get(key) ?? []), String(value).trim()]);
  }
  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), [String(value).trim()]);
  }
  get(name: string): string | null {
    return this.#values.get(String(name).toLowerCase())?.join(", ") ?? null;
  }
  getSetCookie(): string[] {
    return [...(this.#values.get("set-cookie") ?? [])];
  }
  has(name: string): boolean {
    return this.#values.has(String(name).toLowerCase());
  }
  delete(name: string): void {
    this.#values.delete(String(name).toLowerCase());
  }
  *entries(): IterableIterator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) {
      const values = this.#values.get(name) ?? [];
      if (name === "set-cookie") for (const value of values) yield [name, value];
      else yield [name, values.join(", ")];
    }
  }
  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }
  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }
  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this.entries()) callback(value, name, this);
  }
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

let readBlob: (blob: Blob) => Uint8Array;

class Blob {
  static {
    readBlob = (blob) => blob.#bytes;
  }
  #bytes: Uint8Array;
  readonly type: string;
  constructor(pieces: Iterable<unknown> = [], o: { type?: string } = {}) {
    const chunks = [...pieces].map((piece) =>
      piece instanceof Blob
        ? piece.#bytes
        : typeof piece === "string"
          ? encode(piece)
          : toBytes(piece),
    );
    this.#bytes = concatenate(chunks);
    this.type = (o.type ?? "").toLowerCase();
  }
  get size(): number {
    return this.#bytes.length;
  }
  slice(start?: number, end?: number, type = ""): Blob {
    return new Blob([this.#bytes.slice(start, end)], { type });
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return copyBytes(this.#bytes).buffer;
  }
  async bytes(): Promise<Uint8Array> {
    return copyBytes(this.#bytes);
  }
  async text(): Promise<string> {
    return decode(this.#bytes);
  }
}

class File extends Blob {
  readonly name: string;
  readonly lastModified: number;
  constructor(
    pieces: Iterable<unknown>,
    name: string,
    o: { type?: string; lastModified?: number } = {},
  ) {
    super(pieces, o);
    this.name = String(name);
    this.lastModified = o.lastModified ?? host.now();
  }
}

class FormData {
  #pairs: [string, unknown][] = [];
  append(name: string, value: unknown): void {
    this.#pairs.push([String(name), value instanceof Blob ? value : String(value)]);
  }
  set(name: string, value: unknown): void {
    this.delete(name);
    this.append(name, value);
  }
  get(name: string): unknown {
    return this.#pairs.find(([key]) => key === name)?.[1] ?? null;
  }
  getAll(name: string): unknown[] {
    return this.#pairs.filter(([key]) => key === name).map(([, value]) => value);
  }
  has(name: string): boolean {
    return this.#pairs.some(([key]) => key === name);
  }
  delete(name: string): void {
    this.#pairs = this.#pairs.filter(([key]) => key !== name);
  }
  *entries(): IterableIterator<[string, unknown]> {
    for (const [name, value] of this.#pairs) yield [name, value];
  }
  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return this.entries();
  }
  forEach(callback: (value: unknown, name: string, form: FormData) => void): void {
    for (const [name, value] of this.#pairs) callback(value, name, this);
  }
}

class Body {
  readonly headers: Headers;
  #bytes: Uint8Array | null;
  #isUsed = false;
  constructor(body: unknown, headers: unknown) {
    this.headers = new Headers(headers);
    this.#bytes = body === undefined || body === null ? null : bodyBytes(body);
    const type = defaultType(body);
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
  }
  get bodyUsed(): boolean {
    return this.#isUsed;
  }
  get body(): unknown {
    return null;
  }
  peek(): Uint8Array | null {
    return this.#bytes;
  }
  #take(): Uint8Array {
    if (this.#isUsed) throw new TypeError("Body is unusable: Body has already been read");
    this.#isUsed = this.#bytes !== null;
    return this.#bytes ?? new Uint8Array(0);
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return copyBytes(this.#take()).buffer;
  }
  async bytes(): Promise<Uint8Array> {
    return copyBytes(this.#take());
  }
  async text(): Promise<string> {
    return decode(this.#take());
  }
  async json(): Promise<unknown> {
    return JSON.parse(decode(this.#take()));
  }
  async blob(): Promise<Blob> {
    return new Blob([this.#take()], { type: this.headers.get("content-type") ?? "" });
  }
  async formData(): Promise<FormData> {
    throw new Error(
      "Can't use formData() in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.",
    );
  }
}

class Request extends Body {
  readonly url: string;
  readonly method: string;
  readonly signal: unknown;
  readonly redirect = "follow";
  readonly credentials = "same-origin";
  readonly mode = "cors";
  readonly cache = "default";
  readonly referrer = "about:client";
  constructor(
    input: unknown,
    o: { method?: string; headers?: unknown; body?: unknown; signal?: unknown } = {},
  ) {
    const source = input instanceof Request ? input : null;
    super(o.body ?? source?.peek(), o.headers ?? source?.headers);
    const parsed = host.parseUrl(source?.url ?? String(input), "");
    if (parsed === null) throw new TypeError(`Failed to parse URL from ${String(input)}`);
    this.url = (JSON.parse(parsed) as { href: string }).href;
    this.method = (o.method ?? source?.method ?? "GET").toUpperCase();
    this.signal = o.signal ?? source?.signal ?? null;
  }
  clone(): Request {
    return new Request(this);
  }
}

class Response extends Body {
  readonly status: number;
  readonly statusText: string;
  readonly url = "";
  readonly redirected = false;
  readonly type: string = "default";
  constructor(body?: unknown, o: { status?: number; statusText?: string; headers?: unknown } = {}) {
    super(body, o.headers);
    this.status = o.status ?? 200;
    this.statusText = o.statusText ?? "";
    if (this.status !== 101 && (this.status < 200 || this.status > 599)) {
      throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    }
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  clone(): Response {
    return new Response(this.peek(), this);
  }
  static json(value: unknown, o: { status?: number; headers?: unknown } = {}): Response {
    const headers = new Headers(o.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(JSON.stringify(value), { ...o, headers });
  }
  static redirect(url: string, status = 302): Response {
    return new Response(null, { status, headers: { location: String(url) } });
  }
  static error(): Response {
    return new Response(null, { status: 500 });
  }
}

function encode(text: string): Uint8Array {
  return copyBytes(host.encodeText(text));
}
function decode(bytes: Uint8Array): string {
  return host.decodeText(bytes, "utf-8", false, false) ?? "";
}
function concatenate(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
function isParams(body: unknown): boolean {
  return typeof body === "object" && body !== null && body.constructor.name === "URLSearchParams";
}
function bodyBytes(body: unknown): Uint8Array {
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return copyBytes(toBytes(body));
  if (body instanceof Blob) return copyBytes(readBlob(body));
  return encode(String(body));
}
function defaultType(body: unknown): string | null {
  if (typeof body === "string") return "text/plain;charset=UTF-8";
  if (isParams(body)) return "application/x-www-form-urlencoded;charset=UTF-8";
  if (body instanceof Blob && body.type !== "") return body.type;
  return null;
}

export function installBodies(realmHost: RealmHost): void {
  host = realmHost;
  const classes = { Headers, Blob, File, FormData, Request, Response };
  for (const [name, value] of Object.entries(classes)) {
    Object.defineProperty(value, "name", { value: name });
    define(name, value);
  }
}
