// The figures for Prometheus: what commits cost, and that nobody can make them grow.
import { expect, test } from "vitest";
import { jsonOf, startProject } from "./running-project.ts";

test("made-up functions are counted together, under no name of their own", async () => {
  const backend = await startProject("chat");
  for (const kind of ["query", "mutation", "action"]) {
    for (let i = 0; i < 3; i++) {
      const body = JSON.stringify({ path: `made/up${i}:${kind}`, args: {} });
      const headers = { "content-type": "application/json" };
      const answer = await jsonOf(
        fetch(`${backend.url}/api/${kind}`, { method: "POST", headers, body }),
      );
      expect(answer).toMatchObject({ status: "error" });
    }
  }
  const text = await (await fetch(`${backend.url}/metrics`)).text();
  expect(text).not.toContain("made/up");
  for (const kind of ["query", "mutation", "action"]) {
    expect(text).toContain(
      `convex_function_calls_total{function="(none)",component="",kind="${kind}",outcome="error"} 3`,
    );
  }
});

test("commits are counted, and the time that writing them took", async () => {
  const backend = await startProject("chat");
  const read = async (name: string): Promise<number> => {
    const text = await (await fetch(`${backend.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  const before = await read("convex_commits_total");
  await backend.runFunction("counters:increment", { name: "a" });
  await backend.runFunction("counters:get", { name: "a" });
  expect(await read("convex_commits_total")).toBe(before + 1);
  expect(await read("convex_commit_flushes_total")).toBeGreaterThan(0);
  expect(await read("convex_commit_seconds_total")).toBeGreaterThan(0);
  expect(await read("convex_commits_pending")).toBe(0);
});
