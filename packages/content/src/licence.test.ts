import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { attributionLine, licenceName, sourceCredits } from "./licence.ts";

const line =
  "Torchkeeper is an independent product published under the Shadowdark RPG Third-Party License " +
  "and is not affiliated with The Arcane Library, LLC. Shadowdark RPG © 2023 The Arcane Library, LLC.";

test("the attribution is the licence's, word for word", () => {
  expect(attributionLine).toBe(line);
});

test.each(["../README.md", "../LICENSE-CONTENT.md"])("%s carries the attribution", (file) => {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  expect(text).toContain(line);
  expect(text).toContain(licenceName);
});

test("the transcription the figures came from is credited", () => {
  expect(sourceCredits.some(({ name }) => name.includes("open-shadowdark"))).toBe(true);
});
