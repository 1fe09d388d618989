// Function paths as people write them.
import { expect, test } from "vitest";
import { parseFunctionPath, printFunctionPath, printModulePath } from "./function-path.ts";

test.each([
  ["messages:list", "messages:list", "messages.js:list"],
  ["messages.js:list", "messages:list", "messages.js:list"],
  ["dir/deep/file:fn", "dir/deep/file:fn", "dir/deep/file.js:fn"],
  ["messages", "messages:default", "messages.js:default"],
  ["_system/cli/tables", "_system/cli/tables:default", "_system/cli/tables.js:default"],
])("%s", (text, canonical, module) => {
  const parsed = parseFunctionPath(text);
  expect(parsed && [printFunctionPath(parsed), printModulePath(parsed)]).toEqual([
    canonical,
    module,
  ]);
});

test.each([
  "",
  ":fn",
  "a b:fn",
  "dir//file:fn",
  "../up:fn",
  "file:with-dash",
  "_deps/ABC:fn",
  `${"x".repeat(65)}:f`,
])("%j is no path", (text) => {
  expect(parseFunctionPath(text)).toBeNull();
});
