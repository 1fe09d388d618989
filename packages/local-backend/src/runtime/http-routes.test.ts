// Which component answers which path.
import { expect, test } from "vitest";
import type { Analysis, AnalyzedDefinition, AnalyzedRoute, ComponentInstance } from "./analysis.ts";
import { findRoute, hasHttpActions } from "./http-routes.ts";
import type { JsonObject } from "../values/json.ts";

function definition(routes: AnalyzedRoute[] | null, extra: JsonObject = {}): AnalyzedDefinition {
  const modules = new Map(
    routes === null
      ? []
      : [
          [
            "http.js",
            {
              path: "http.js",
              environment: "isolate" as const,
              functions: [],
              httpRoutes: routes,
              crons: null,
            },
          ],
        ],
  );
  return { definitionPath: "", definition: extra, schema: null, modules };
}

function instance(
  path: string,
  children: [string, string][],
  httpPrefix: string | null,
): ComponentInstance {
  return {
    path,
    name: path,
    definitionPath: path,
    children: new Map(children),
    environment: null,
    httpPrefix,
  };
}

const get = (path: string): AnalyzedRoute => ({ path, method: "GET" });
const analysis: Analysis = {
  definitions: new Map([
    [
      "",
      definition(
        [
          get("/exact"),
          get("/a/*"),
          get("/a/b/*"),
          { path: "/post", method: "POST" },
          get("/mounted/own"),
        ],
        {
          httpMounts: {
            "/mounted/": "_reference/childComponent/child",
            "/a/b/c/": "_reference/childComponent/child",
          },
        },
      ),
    ],
    ["child", definition([get("/in"), get("/deep/*")])],
  ]),
  components: new Map([
    ["", instance("", [["child", "child"]], "/")],
    ["child", instance("child", [], "/mounted/")],
  ]),
  authProviders: [],
  compiled: new Map(),
};

test.each([
  ["/exact", "GET", { component: "", path: "/exact" }],
  ["/exact", "HEAD", { component: "", path: "/exact" }],
  ["/exact", "POST", null],
  ["/exact/more", "GET", null],
  ["/a/x", "GET", { component: "", path: "/a/x" }],
  ["/a/b/x", "GET", { component: "", path: "/a/b/x" }],
  ["/a/b/c/in", "GET", { component: "child", path: "/in" }],
  ["/mounted/in", "GET", { component: "child", path: "/in" }],
  ["/mounted/deep/er", "GET", { component: "child", path: "/deep/er" }],
  ["/mounted/out", "GET", null],
  ["/mounted/own", "GET", { component: "", path: "/mounted/own" }],
  ["/post", "POST", { component: "", path: "/post" }],
])("%s by %s", (path, method, expected) => {
  expect(findRoute(analysis, path, method)).toEqual(expected);
});

test("the app's own prefix moves its own routes only", () => {
  const prefixed: Analysis = {
    ...analysis,
    definitions: new Map([
      [
        "",
        definition([get("/exact")], {
          httpPrefix: "/api/",
          httpMounts: { "/mounted/": "_reference/childComponent/child" },
        }),
      ],
      ["child", definition([get("/in")])],
    ]),
  };
  expect(findRoute(prefixed, "/api/exact", "GET")).toEqual({ component: "", path: "/exact" });
  expect(findRoute(prefixed, "/exact", "GET")).toBeNull();
  expect(findRoute(prefixed, "/mounted/in", "GET")).toEqual({ component: "child", path: "/in" });
});

test("without http.ts anywhere there are no http actions", () => {
  expect(hasHttpActions(analysis)).toBe(true);
  expect(hasHttpActions({ ...analysis, definitions: new Map([["", definition(null)]]) })).toBe(
    false,
  );
});
