// What user code meets at the edges: limits, determinism, nesting rules, metadata, files. Texts are Convex's.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../values/json.ts";
import { messageOf, openProject, type RunnerProject } from "./runner-project.test-support.ts";

let project: RunnerProject;
beforeAll(async () => {
  project = await openProject("semantics");
});
afterAll(() => project.close());

describe("limits of one call", () => {
  test("documents read", async () => {
    for (let i = 0; i < 2; i++) await project.mutation("limits:write", { rows: 8_000 });
    expect(project.query("limits:readMany", { times: 2 })).toBe(2);
    expect(await messageOf(() => project.query("limits:readMany", { times: 3 }))).toMatch(
      /^Uncaught Error: Too many documents read in a single function execution \(limit: 32000\)/,
    );
  });
  test("more than three quarters of a limit give a warning among the log lines", () => {
    const outcome = project.runner.runQuery(project.request("limits:readMany", { times: 2 }));
    expect(outcome.logLines.join()).toMatch(/^\[WARN\] .*\(actual: 32000, limit: 32000\)/i);
  });
  test("documents written", async () => {
    expect(await messageOf(() => project.mutation("limits:write", { rows: 16_001 }))).toMatch(
      /^Uncaught Error: Too many writes in a single function execution \(limit: 16000\)/,
    );
  });
  test("functions scheduled", async () => {
    expect(
      await messageOf(() => project.mutation("limits:scheduleMany", { times: 1_001 })),
    ).toMatch(/^Uncaught Error: Too many functions scheduled by this mutation \(limit: 1000\)/);
  });
  test("log lines and their length", () => {
    const many = project.runner.runQuery(project.request("limits:talk", { lines: 300, length: 1 }));
    expect(many.logLines).toHaveLength(257);
    expect(many.logLines.at(-1)).toBe(
      "[ERROR] Log overflow (maximum 256). Remaining log lines omitted.",
    );
    const long = project.runner.runQuery(
      project.request("limits:talk", { lines: 1, length: 40_000 }),
    );
    expect(long.logLines[0]).toHaveLength(32_768);
    expect(long.logLines[0]).toMatch(/ \(truncated due to length\)$/);
  });
  test("time of user code, measured so that a busy machine fails nobody", async () => {
    const strict = await openProject("semantics", { limits: { userTimeMs: 150 } });
    try {
      expect(await messageOf(() => strict.query("limits:burn", { ms: 20 }))).toBe(
        "Function execution timed out (maximum duration: 1s)",
      );
      expect(strict.query("limits:echo", { value: 1 })).toBe(1);
    } finally {
      await strict.close();
    }
  });
  test("length of arrays and size of results", async () => {
    expect(await messageOf(() => project.query("limits:returnList", { length: 8_193 }))).toBe(
      "Array length is too long (8193 > maximum length 8192)",
    );
    expect(await messageOf(() => project.query("limits:returnText", { length: 17 << 20 }))).toMatch(
      /^Function limits\.js:returnText return value is too large \(actual: 17\.\d+ MiB, limit: 16 MiB\)$/,
    );
  });
  test("size and form of arguments", async () => {
    expect(
      await messageOf(() => project.query("limits:echo", { value: "x".repeat(17 << 20) })),
    ).toMatch(
      /^Arguments for limits\.js:echo are too large \(actual: 17\.\d+ MiB, limit: 16 MiB\)$/,
    );
    expect(await messageOf(() => project.query("limits:echo", { value: { $weird: 1 } }))).toMatch(
      /^Invalid arguments for limits\.js:echo: /,
    );
  });
  test("depth of nested calls", async () => {
    expect(project.query("limits:descend", { depth: 8 })).toBe(8);
    expect(await messageOf(() => project.query("limits:descend", { depth: 9 }))).toContain(
      "Cross component call depth limit exceeded.",
    );
  });
});

test("log lines begin with their level, and look as on Convex", () => {
  const { logLines } = project.runner.runQuery(project.request("limits:speak"));
  expect(logLines.slice(0, 6)).toEqual([
    "[DEBUG] 'd' 1",
    "[INFO] {\n  a: [ 1, 'b' ]\n}",
    "[WARN] null undefined",
    "[ERROR] 'e'",
    "[LOG] 10n true [ 1 ]",
    "[INFO] t: 0ms",
  ]);
  expect(logLines[6]).toMatch(/^\[LOG\] 'here'\n {4}at /);
});

test("a query cannot call a mutation", async () => {
  expect(await messageOf(() => project.query("limits:mutateFromQuery"))).toContain(
    "Trying to execute limits.js:noop as Query, but it is defined as Mutation.",
  );
});

test("returning a query that was not run is refused", async () => {
  expect(await messageOf(() => project.query("limits:returnQuery"))).toContain(
    "Return value is a Query.",
  );
});

test("values go in and come out as they are", () => {
  const value: Json = {
    int: { $integer: "AQAAAAAAAAA=" },
    nan: { $float: "AAAAAAAA+H8=" },
    bytes: { $bytes: "AQID" },
    list: [null, true, "ä", 1.5],
  };
  expect(project.query("limits:echo", { value })).toEqual(value);
});

test("documents come back with sorted keys", async () => {
  await project.mutation("limits:addMixed");
  expect(project.query("limits:keys")).toEqual(["Alpha", "_creationTime", "_id", "beta", "zebra"]);
});

describe("scheduling is checked when it is asked for", () => {
  const schedule = (path: string, ms = 0) =>
    messageOf(() => project.mutation("limits:scheduleWrongly", { path, ms }));
  test.each([
    ["nowhere:f", "Attempted to schedule function at nonexistent path: nowhere"],
    [
      "limits:gone",
      "Attempted to schedule function, but no exported function gone found in the file: limits.js. Did you forget to export it?",
    ],
    ["limits:count", "Unsupported function type"],
  ])("%s", async (path, text) => {
    expect(await schedule(path)).toContain(text);
  });
  test("not more than five years away", async () => {
    expect(await schedule("limits:noop", 6 * 365 * 86_400_000)).toContain(
      "is more than 5 years in the future",
    );
  });
  test("only ids of scheduled functions can be cancelled", async () => {
    expect(
      await messageOf(() => project.mutation("limits:cancelWrongly", { id: "nonsense" })),
    ).toContain("Invalid scheduled function ID.");
  });
});

test("a function learns what it is, where it runs and what it used", async () => {
  expect(
    await project.mutation(
      "limits:about",
      {},
      { ip: "10.0.0.1", userAgent: "test", requestId: "ab" },
    ),
  ).toMatchObject({
    fn: { name: "limits:about", componentPath: "" },
    deployment: { name: "local", region: null, class: "s16" },
    request: { ip: "10.0.0.1", userAgent: "test", requestId: "ab", scheduledFunctionId: null },
  });
  expect(await project.mutation("limits:metrics")).toMatchObject({
    documentsWritten: { used: 1, remaining: 15_999 },
    databaseQueries: { used: 1 },
  });
});

test("a stale snapshot does not see the mutation's own writes", async () => {
  expect(await project.mutation("limits:stale")).toEqual({ stale: 0, fresh: 1 });
  expect(await project.mutation("limits:stale")).toEqual({ stale: 1, fresh: 2 });
});

test("a nested call can be given a budget of its own", async () => {
  expect(await project.mutation("limits:budget", { documents: 100 })).toBe(5);
  expect(await project.mutation("limits:budget", { documents: 4 })).toMatch(
    /^Uncaught Error: Too many documents read in a single function execution/,
  );
});

test("the commit timestamp is the same in the document and in the result", async () => {
  const outcome = await project.runner.runMutation(project.request("limits:stamp"));
  if (!outcome.ok) throw new Error(outcome.errorMessage);
  const { at } = JSON.parse(outcome.value) as { at: { $integer: string } };
  expect(Buffer.from(at.$integer, "base64").readBigInt64LE()).toBe(outcome.timestamp);
  expect(project.query("limits:stamps")).toEqual([at]);
});

test("import() works in actions and not in queries", async () => {
  expect(await messageOf(() => project.query("limits:dynamic"))).toContain(
    "dynamic module import unsupported",
  );
  expect(await project.action("limits:dynamicAction")).toBe(42);
});

test("the clock while modules load is that of the deployment", () => {
  const first = project.query("limits:importTime");
  expect(first).toBeTypeOf("number");
  expect(project.query("limits:importTime")).toBe(first);
});

test("actions at once keep their own callers, arguments and log lines", async () => {
  const as = (subject: string, ms: number) =>
    project.runner.runAction(
      project.request(
        "who:slowMe",
        { ms },
        { identity: { subject, issuer: "i", tokenIdentifier: `i|${subject}` } },
      ),
    );
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, i) => as(`user${i}`, 40 - i * 3)),
  );
  for (const [i, outcome] of outcomes.entries()) {
    expect(outcome).toMatchObject({
      ok: true,
      value: JSON.stringify([`user${i}`, `user${i}`, `user${i}`]),
      logLines: [`[LOG] 'me' 'user${i}'`],
    });
  }
});

test("actions search vectors", async () => {
  for (const [name, embedding] of Object.entries({ east: [1, 0], north: [0, 1], west: [-1, 0] })) {
    await project.mutation("vectors:add", { name, embedding });
  }
  expect(await project.action("vectors:nearest", { vector: [1, 0] })).toEqual([1, 0]);
  expect(await project.action("vectors:nearest", { vector: [1, 0], name: "west" })).toEqual([-1]);
  expect(await messageOf(() => project.action("vectors:nearest", { vector: [1] }))).toContain(
    "Expected a vector with dimensions 2, received 1.",
  );
});

test("a deployment begins with fresh modules, and lets calls under way finish", async () => {
  expect(project.query("limits:moduleState")).toBe(1);
  expect(project.query("limits:moduleState")).toBe(2);
  const underWay = project.action("who:slowMe", { ms: 100 });
  project.redeploy();
  expect(project.query("limits:moduleState")).toBe(1);
  expect(await project.action("who:slowMe", { ms: 1 })).toEqual([null, null, null]);
  expect(await underWay).toEqual([null, null, null]);
});

describe("files", () => {
  test("actions store and get them", async () => {
    expect(await project.action("files:store", { text: "hello" })).toMatchObject({
      text: "hello",
      type: "text/plain",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3210\/api\/storage\/[0-9a-f-]{36}$/),
    });
    expect(project.query("files:list")).toContainEqual({ size: 5, contentType: "text/plain" });
  });
  test("mutations store and get them", async () => {
    const stored = (await project.mutation("files:storeInMutation", { text: "in mutation" })) as {
      id: string;
    };
    expect(stored).toMatchObject({ text: "in mutation", size: 11 });
    await project.mutation("files:remove", { id: stored.id });
    expect(await messageOf(() => project.mutation("files:remove", { id: stored.id }))).toContain(
      `storage id ${stored.id} not found`,
    );
  });
  test("upload addresses are handed out", async () => {
    expect(await project.mutation("files:uploadUrl")).toMatch(
      /^http:\/\/127\.0\.0\.1:3210\/api\/storage\/upload\?token=/,
    );
  });
});

test("a function may read one page, and a function that it calls one of its own", async () => {
  expect(project.query("pages:nested")).toBe(2 * (project.query("pages:one") as number));
  expect(await messageOf(() => project.query("pages:twice"))).toMatch(
    /^Uncaught Error: This query or mutation function ran multiple paginated queries\. Convex only supports a single paginated query in each function\./,
  );
});
