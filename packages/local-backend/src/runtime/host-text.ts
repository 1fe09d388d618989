// Text encoding and URL parsing for realms: they pass strings and bytes, Node does the work.
import type { RealmHost } from "./guest/realm-host.ts";

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
const writable = new Set<string>(parts.filter((part) => part !== "origin"));
const encoder = new TextEncoder();

export function hostText(
  guard: <T>(work: () => T) => T | null,
): Pick<RealmHost, "parseUrl" | "changeUrl" | "decodeText" | "encodeText"> {
  return {
    parseUrl: (text, base) => {
      const url = guard(() => new URL(text, base === "" ? undefined : base));
      return url === null ? null : print(url);
    },
    changeUrl: (href, part, value) => {
      const url = new URL(href);
      if (writable.has(part)) Reflect.set(url, part, value);
      return print(url);
    },
    decodeText: (bytes, encoding, fatal, ignoreBOM) =>
      guard(() => new TextDecoder(encoding, { fatal, ignoreBOM }).decode(bytes)),
    encodeText: (text) => encoder.encode(text),
  };
}

function print(url: URL): string {
  return JSON.stringify(Object.fromEntries(parts.map((part) => [part, url[part]])));
}
