// The unmodified `convex-helpers` loads and runs: custom functions, relationships, triggers, paginator, streams.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProject, type RunnerProject } from "./runner-project.test-support.ts";

let project: RunnerProject;
beforeAll(async () => {
  project = await openProject("helpers");
  await project.mutation("notes:add", { owner: "ann", texts: ["a", "b", "c"] });
  await project.mutation("notes:add", { owner: "bob", texts: ["x"] });
  await project.mutation("notes:add", { owner: "ann", texts: ["d"] });
});
afterAll(() => project.close());

test("custom functions add to the context and take arguments of their own", () => {
  expect(project.query("notes:mine", { token: "token-ann" })).toEqual(["a", "b", "c", "d"]);
});

test("triggers write with the mutation", () => {
  expect(project.query("notes:counted", { owner: "ann" })).toBe(4);
  expect(project.query("notes:counted", { owner: "bob" })).toBe(1);
});

test("the paginator pages without the built-in pagination", () => {
  const first = project.query("notes:page", { cursor: null, numItems: 3 });
  expect(first).toMatchObject({ texts: ["d", "x", "c"], isDone: false });
  const { next } = first as { next: string };
  expect(project.query("notes:page", { cursor: next, numItems: 3 })).toMatchObject({
    texts: ["b", "a"],
    isDone: true,
  });
});

test("streams merge by time", () => {
  expect(project.query("notes:merged", { owners: ["ann", "bob"] })).toEqual([
    "a",
    "b",
    "c",
    "x",
    "d",
  ]);
});
