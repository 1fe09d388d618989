// Result formats of the HTTP API: Convex-encoded JSON, and "clean" JSON for readers without a Convex client.
import { isJsonObject, type Json } from "../values/json.ts";
import { HttpError } from "./http-error.ts";

export type ValueFormat = "encoded" | "clean";

/** @throws HttpError 400 `BadFormat` */
export function parseFormat(format: Json | undefined, fallback: ValueFormat): ValueFormat {
  switch (format) {
    case undefined:
    case null:
      return fallback;
    case "convex_encoded_json":
    case "convex_json":
      return "encoded";
    case "json":
    case "convex_clean_json":
      return "clean";
    default:
      throw new HttpError(
        400,
        "BadFormat",
        `\`format\` is ${JSON.stringify(format)}; expected "json" or "convex_encoded_json"`,
      );
  }
}

/** An encoded value in the given format. Clean: Int64 as decimal text, bytes as base64, NaN and infinities as their names. */
export function formatValue(encoded: Json, format: ValueFormat): Json {
  return format === "encoded" ? encoded : clean(encoded);
}

function clean(json: Json): Json {
  if (Array.isArray(json)) return json.map(clean);
  if (!isJsonObject(json)) return json;
  const keys = Object.keys(json);
  if (keys.length === 1) {
    const { $integer, $float, $bytes } = json;
    if (typeof $integer === "string") {
      return Buffer.from($integer, "base64").readBigInt64LE(0).toString();
    }
    if (typeof $bytes === "string") return $bytes;
    if (typeof $float === "string") {
      const number = Buffer.from($float, "base64").readDoubleLE(0);
      return Number.isFinite(number) ? number : String(number);
    }
  }
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, clean(value)]));
}
