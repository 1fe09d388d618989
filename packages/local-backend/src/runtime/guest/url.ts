// URL and URLSearchParams of this realm; the host parses, this keeps the parts.
/* eslint-disable @typescript-eslint/no-base-to-string -- the interface takes anything and makes it a string */
import { define } from "./clock-and-chance.ts";
import type { RealmHost } from "./realm-host.ts";

const parts = [
  "hash",
  "host",
  "hostname",
  "href",
  "origin",
  "password",
  "pathname",
  "port",
  "protocol",
  "search",
  "username",
] as const;
type Part = (typeof parts)[number];
type Parts = Record<Part, string>;

type Pair = [string, string];
let watchParams: (params: URLSearchParams, onChange: (search: string) => void) => void;
let resetParams: (params: URLSearchParams, search: string) => void;

function decodePart(text: string, host: RealmHost): string {
  const bytes: number[] = [];
  const raw = host.encodeText(text.replace(/\+/g, " "));
  for (let i = 0; i < raw.length; i++) {
    const hex = raw[i] === 37 ? String.fromCharCode(raw[i + 1] ?? 0, raw[i + 2] ?? 0) : "";
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(raw[i] ?? 0);
    }
  }
  return host.decodeText(new Uint8Array(bytes), "utf-8", false, true) ?? "";
}

function encodePart(text: string, host: RealmHost): string {
  let out = "";
  for (const byte of host.encodeText(text)) {
    const character = String.fromCharCode(byte);
    if (byte === 32) out += "+";
    else if (/[A-Za-z0-9*\-._]/.test(character)) out += character;
    else out += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

let sharedHost: RealmHost;

class URLSearchParams {
  #pairs: Pair[] = [];
  #onChange: ((search: string) => void) | null = null;

  constructor(init: unknown = "") {
    if (typeof init === "object" && init !== null && Symbol.iterator in init) {
      for (const pair of init as Iterable<Iterable<unknown>>) {
        const [name, value, ...rest] = [...pair];
        if (name === undefined || value === undefined || rest.length > 0) {
          throw new TypeError("Each query pair must be an iterable [name, value] tuple");
        }
        this.#pairs.push([String(name), String(value)]);
      }
    } else if (typeof init === "object" && init !== null) {
      for (const [name, value] of Object.entries(init)) this.#pairs.push([name, String(value)]);
    } else {
      this.#read(String(init));
    }
  }
  #read(search: string): void {
    this.#pairs = [];
    for (const piece of search.replace(/^\?/, "").split("&")) {
      if (piece === "") continue;
      const at = piece.indexOf("=");
      const name = at < 0 ? piece : piece.slice(0, at);
      const value = at < 0 ? "" : piece.slice(at + 1);
      this.#pairs.push([decodePart(name, sharedHost), decodePart(value, sharedHost)]);
    }
  }
  #changed(): void {
    this.#onChange?.(this.toString());
  }
  get size(): number {
    return this.#pairs.length;
  }
  append(name: string, value: unknown): void {
    this.#pairs.push([String(name), String(value)]);
    this.#changed();
  }
  delete(name: string, value?: unknown): void {
    this.#pairs = this.#pairs.filter(
      ([key, own]) => key !== String(name) || (value !== undefined && own !== String(value)),
    );
    this.#changed();
  }
  get(name: string): string | null {
    return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null;
  }
  getAll(name: string): string[] {
    return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value);
  }
  has(name: string, value?: unknown): boolean {
    return this.#pairs.some(
      ([key, own]) => key === String(name) && (value === undefined || own === String(value)),
    );
  }
  set(name: string, value: unknown): void {
    const first = this.#pairs.find(([key]) => key === String(name));
    if (first === undefined) this.#pairs.push([String(name), String(value)]);
    else {
      first[1] = String(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== String(name));
    }
    this.#changed();
  }
  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void): void {
    for (const [name, value] of this.#pairs) callback(value, name, this);
  }
  *entries(): IterableIterator<Pair> {
    for (const [name, value] of this.#pairs) yield [name, value];
  }
  *keys(): IterableIterator<string> {
    for (const [name] of this.#pairs) yield name;
  }
  *values(): IterableIterator<string> {
    for (const [, value] of this.#pairs) yield value;
  }
  [Symbol.iterator](): IterableIterator<Pair> {
    return this.entries();
  }
  toString(): string {
    return this.#pairs
      .map(([name, value]) => `${encodePart(name, sharedHost)}=${encodePart(value, sharedHost)}`)
      .join("&");
  }
  static {
    watchParams = (params, onChange) => {
      params.#onChange = onChange;
    };
    resetParams = (params, search) => params.#read(search);
  }
}

let readPart: (url: URL, part: Part) => string;
let writePart: (url: URL, part: Part, value: unknown) => void;

class URL {
  static {
    readPart = (url, part) => url.#parts[part];
    writePart = (url, part, value) => {
      if (part === "href" && !URL.canParse(value)) throw new TypeError("Invalid URL");
      url.#parts = JSON.parse(sharedHost.changeUrl(url.#parts.href, part, String(value))) as Parts;
      resetParams(url.searchParams, url.#parts.search);
    };
  }
  #parts: Parts;
  readonly searchParams = new URLSearchParams();

  constructor(text: unknown, base?: unknown) {
    const parsed = sharedHost.parseUrl(String(text), base === undefined ? "" : String(base));
    if (parsed === null)
      throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" });
    this.#parts = JSON.parse(parsed) as Parts;
    resetParams(this.searchParams, this.#parts.search);
    watchParams(this.searchParams, (search) => {
      this.#parts = JSON.parse(sharedHost.changeUrl(this.#parts.href, "search", search)) as Parts;
    });
  }
  static canParse(text: unknown, base?: unknown): boolean {
    return sharedHost.parseUrl(String(text), base === undefined ? "" : String(base)) !== null;
  }
  static parse(text: unknown, base?: unknown): URL | null {
    return URL.canParse(text, base) ? new URL(text, base) : null;
  }
  toString(): string {
    return this.#parts.href;
  }
  toJSON(): string {
    return this.#parts.href;
  }
}

export function installUrl(host: RealmHost): void {
  sharedHost = host;
  for (const part of parts) {
    Object.defineProperty(URL.prototype, part, {
      get(this: URL) {
        return readPart(this, part);
      },
      ...(part === "origin"
        ? {}
        : {
            set(this: URL, value: unknown) {
              writePart(this, part, value);
            },
          }),
      enumerable: true,
      configurable: true,
    });
  }
  for (const [name, value] of Object.entries({ URL, URLSearchParams })) {
    Object.defineProperty(value, "name", { value: name });
    define(name, value);
  }
}
