// Components at run time: namespaces, references, identity, variables, handles, sub-transactions, http mounts.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageOf, openProject, type RunnerProject } from "./runner-project.test-support.ts";

let project: RunnerProject;
beforeAll(async () => {
  project = await openProject("components");
});
afterAll(() => project.close());

test("each instance has tables of its own, and a handle leads back into the app", async () => {
  expect(await project.mutation("main:add", { name: "a", component: "counter" })).toBe(1);
  expect(await project.mutation("main:add", { name: "a", component: "counter" })).toBe(2);
  expect(await project.mutation("main:add", { name: "a", component: "second" })).toBe(1);
  expect(project.query("main:calls")).toEqual([1, 2, 1]);
});

test("a component sees its own variables, address and name, and nobody's identity", () => {
  const identity = { subject: "ann", issuer: "i", tokenIdentifier: "i|ann" };
  expect(project.query("main:about", { component: "counter" }, { identity })).toEqual({
    label: "hello",
    other: null,
    site: "http://127.0.0.1:3210/http",
    who: null,
    nested: null,
    meta: { name: "public:about", componentPath: "counter", type: "query", visibility: "public" },
    count: 1,
  });
  expect(project.query("main:about", { component: "second" }, { identity })).toMatchObject({
    label: "fixed",
    site: "http://127.0.0.1:3210/http/second",
    meta: { componentPath: "second" },
  });
});

test("a variable of the app that a component is bound to is read when it is used", () => {
  project.environment["GREETING"] = "good day";
  expect(project.query("main:about", { component: "counter" })).toMatchObject({
    label: "good day",
  });
  project.environment["GREETING"] = "hello";
});

test("a failure deep in a component undoes what the call wrote there, and its caller goes on", async () => {
  const before = project.query("main:about", { component: "counter" }) as { count: number };
  const { failure, about } = (await project.mutation("main:innerFails")) as {
    failure: string;
    about: { count: number };
  };
  expect(failure).toContain("nested refuses");
  expect(about.count).toBe(before.count);
});

describe("what may not be reached from outside a component", () => {
  test("its internal functions", async () => {
    expect(await messageOf(() => project.mutation("main:forbidden"))).toContain(
      "Could not find public function for 'public:peek'.",
    );
  });
  test("components that are not there", async () => {
    expect(await messageOf(() => project.query("main:unknown"))).toContain(
      'there is no component "nobody" here',
    );
  });
  test("any of its functions, by a client; the admin names the component", async () => {
    expect(await messageOf(() => project.query("public:about"))).toBe(
      "Could not find public function for 'public:about'.",
    );
    expect(
      project.query("public:about", {}, { component: "second", caller: "admin" }),
    ).toMatchObject({
      label: "fixed",
    });
  });
});

test("pagination is refused inside components", async () => {
  expect(await messageOf(() => project.query("main:innerPages"))).toContain(
    "Pagination is not supported in components",
  );
});

test("http requests go to the mounted component, with the mount taken off", async () => {
  const get = (path: string) =>
    project.runner.runHttpAction(new Request(`http://h${path}`), { identity: null });
  expect(await (await get("/own")).text()).toBe("own");
  expect(await (await get("/second/ping")).json()).toMatchObject({ componentPath: "second" });
  expect((await get("/second/pong")).status).toBe(404);
  expect((await get("/ping")).status).toBe(404);
});
