// TextEncoder, TextDecoder, atob and btoa whose results belong to this realm.
import { define } from "./clock-and-chance.ts";
import { DOMException } from "./events.ts";
import type { RealmHost } from "./realm-host.ts";

/** The bytes of any buffer or view. @throws TypeError for anything else */
export function toBytes(data: unknown): Uint8Array {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new TypeError("Expected an ArrayBuffer or a view of one");
}

/** A copy in this realm. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

export function installTextEncoding(host: RealmHost): void {
  class TextEncoder {
    get encoding(): string {
      return "utf-8";
    }
    encode(text: unknown = ""): Uint8Array {
      return copyBytes(host.encodeText(String(text)));
    }
    encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
      let read = 0;
      let written = 0;
      for (const character of text) {
        const bytes = host.encodeText(character);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  }

  class TextDecoder {
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    #rest = new Uint8Array(0);

    constructor(encoding = "utf-8", o: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
      this.encoding = encoding.toLowerCase() === "utf8" ? "utf-8" : encoding.toLowerCase();
      this.fatal = o.fatal === true;
      this.ignoreBOM = o.ignoreBOM === true;
    }
    decode(input?: unknown, o: { stream?: boolean } = {}): string {
      let bytes = input === undefined ? new Uint8Array(0) : toBytes(input);
      if (this.#rest.length > 0) {
        const joined = new Uint8Array(this.#rest.length + bytes.length);
        joined.set(this.#rest);
        joined.set(bytes, this.#rest.length);
        bytes = joined;
        this.#rest = new Uint8Array(0);
      }
      if (o.stream === true) {
        const end = wholeCharactersEnd(bytes);
        this.#rest = copyBytes(bytes.subarray(end));
        bytes = bytes.subarray(0, end);
      }
      const text = host.decodeText(bytes, this.encoding, this.fatal, this.ignoreBOM);
      if (text === null) throw new TypeError("The encoded data was not valid for encoding utf-8");
      return text;
    }
  }

  define("TextEncoder", TextEncoder);
  define("TextDecoder", TextDecoder);
  define("atob", atob);
  define("btoa", btoa);
}

/** Where the last, perhaps cut, UTF-8 character of `bytes` begins; the length if it is whole. */
function wholeCharactersEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function btoa(input: unknown): string {
  const text = String(input);
  let out = "";
  for (let i = 0; i < text.length; i += 3) {
    const codes = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2)];
    if (codes.some((code) => code > 255)) {
      throw new DOMException("Invalid character", "InvalidCharacterError");
    }
    const [a = 0, b = NaN, c = NaN] = codes;
    const bits = (a << 16) | ((Number.isNaN(b) ? 0 : b) << 8) | (Number.isNaN(c) ? 0 : c);
    out += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    out += Number.isNaN(b) ? "=" : alphabet.charAt((bits >> 6) & 63);
    out += Number.isNaN(c) ? "=" : alphabet.charAt(bits & 63);
  }
  return out;
}

export function atob(input: unknown): string {
  let text = String(input).replace(/[\t\n\f\r ]/g, "");
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, "");
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) {
    throw new DOMException(
      "The string to be decoded is not correctly encoded.",
      "InvalidCharacterError",
    );
  }
  let out = "";
  let bits = 0;
  let count = 0;
  for (const character of text) {
    bits = (bits << 6) | alphabet.indexOf(character);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((bits >> count) & 255);
    }
  }
  return out;
}
