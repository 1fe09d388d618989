// The folder deploys to Convex as it stands: file names it accepts, nothing of Node's, and generated code that fits.
import { expect, test } from "vitest";

const sources = import.meta.glob<string>(["./**/*.ts", "!./_generated/**"], {
  eager: true,
  query: "?raw",
  import: "default",
});
const generated = import.meta.glob<string>("./_generated/api.d.ts", {
  eager: true,
  query: "?raw",
  import: "default",
});

/** Files with a second dot are no modules to Convex: tests, what they start from, configuration. */
const modules = Object.keys(sources).filter(
  (path) => !path.slice(path.lastIndexOf("/")).slice(0, -3).includes("."),
);

test.each(Object.keys(sources))("%s has a name that Convex accepts", (path) => {
  expect(path).toMatch(/^\.\/(?:[a-z][A-Za-z]*\/)*[a-z][A-Za-z]*(?:\.[a-z]+)*\.ts$/);
});

test.each(modules)("%s asks nothing of Node", (path) => {
  expect(sources[path]).not.toMatch(/from "(?:node:|fs"|path"|crypto")/);
  expect(sources[path]).not.toMatch(/["']use node["']/);
  expect(sources[path]).not.toMatch(/\bBuffer\b|\b__dirname\b|\brequire\(/);
});

test("the generated code names every module, and none that is gone", () => {
  const text = generated["./_generated/api.d.ts"] ?? "";
  const named = [...text.matchAll(/from "\.\.\/(.+)\.js"/g)].map(([, path]) => `./${path}.ts`);
  expect(named.sort()).toEqual(modules.filter((path) => path !== "./schema.ts").sort());
});
