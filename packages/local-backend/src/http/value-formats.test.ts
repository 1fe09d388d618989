// Result formats of the HTTP API.
import { expect, test } from "vitest";
import { formatValue, parseFormat } from "./value-formats.ts";

test("clean JSON shows special values as texts", () => {
  const encoded = {
    big: { $integer: "KgAAAAAAAAA=" },
    negative: { $integer: "//////////8=" },
    nan: { $float: "AAAAAAAA+H8=" },
    infinite: { $float: "AAAAAAAA8P8=" },
    minusZero: { $float: "AAAAAAAAAIA=" },
    bytes: [{ $bytes: "AQI=" }],
    plain: { a: 1, b: null },
  };
  expect(formatValue(encoded, "clean")).toEqual({
    big: "42",
    negative: "-1",
    nan: "NaN",
    infinite: "-Infinity",
    minusZero: -0,
    bytes: ["AQI="],
    plain: { a: 1, b: null },
  });
  expect(formatValue(encoded, "encoded")).toBe(encoded);
});

test("an unknown format is refused by name", () => {
  expect(() => parseFormat("xml", "clean")).toThrow(/`format` is "xml"/);
});
