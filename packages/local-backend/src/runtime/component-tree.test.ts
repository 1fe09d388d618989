// From definitions to instances, and the mistakes a push refuses.
import { expect, test } from "vitest";
import type { AnalyzedDefinition } from "./analysis.ts";
import { buildComponentTree } from "./component-tree.ts";
import type { Json, JsonObject } from "../values/json.ts";

function definitions(parts: Record<string, JsonObject>): Map<string, AnalyzedDefinition> {
  return new Map(
    Object.entries(parts).map(([definitionPath, definition]) => [
      definitionPath,
      { definitionPath, definition, schema: null, modules: new Map() },
    ]),
  );
}

const variable = (name: string, optional = false): Json => [
  name,
  { type: "value", value: '{"type":"string"}', ...(optional ? { optional } : {}) },
];
const child = (name: string, path: string, env: Json = []): Json => ({ name, path, args: [], env });

test("variables are followed from a nested component up to the app", () => {
  const tree = buildComponentTree(
    definitions({
      "": {
        envVars: [variable("TOKEN")],
        childComponents: [child("a", "a", [["KEY", { type: "envVar", name: "TOKEN" }]])],
      },
      a: {
        envVars: [variable("KEY")],
        childComponents: [child("b", "b", [["INNER", { type: "envVar", name: "KEY" }]])],
      },
      b: { envVars: [variable("INNER")] },
    }),
    { TOKEN: "t" },
  );
  expect(tree.get("a/b")?.environment).toEqual(
    new Map([["INNER", { kind: "variable", name: "TOKEN" }]]),
  );
});

test.each<[string, Record<string, JsonObject>, string]>([
  [
    "two children of one name",
    { "": { childComponents: [child("a", "a"), child("a", "a")] }, a: {} },
    'Two components are named "a"',
  ],
  [
    "a definition that is missing",
    { "": { childComponents: [child("a", "gone")] } },
    'no definition at "gone"',
  ],
  ["a variable that is not set", { "": { envVars: [variable("TOKEN")] } }, "are not set: TOKEN."],
  [
    "a variable that is not given",
    { "": { childComponents: [child("a", "a")] }, a: { envVars: [variable("KEY")] } },
    "that are not given: KEY.",
  ],
  [
    "a variable that nobody declared",
    { "": { childComponents: [child("a", "a", [["X", { type: "value", value: "1" }]])] }, a: {} },
    'declares no environment variable "X"',
  ],
  [
    "mounts within each other",
    {
      "": {
        childComponents: [child("a", "a"), child("b", "a")],
        httpMounts: {
          "/x/": "_reference/childComponent/a",
          "/x/y/": "_reference/childComponent/b",
        },
      },
      a: {},
    },
    'The http mounts "/x/" and "/x/y/" overlap.',
  ],
])("%s is refused", (_, parts, text) => {
  expect(() => buildComponentTree(definitions(parts), {})).toThrow(text);
});

test("optional variables may stay unset", () => {
  expect(() =>
    buildComponentTree(definitions({ "": { envVars: [variable("TOKEN", true)] } }), {}),
  ).not.toThrow();
});
