// Functions of a project run on a real database: results, failures and their texts, nesting, determinism, limits of time.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CallFailed, openProject, type RunnerProject } from "./runner-project.test-support.ts";

let project: RunnerProject;
beforeAll(async () => {
  project = await openProject("typescript");
});
afterAll(() => project.close());

async function failureOf(work: () => unknown): Promise<CallFailed["failure"]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CallFailed) return error.failure;
    throw error;
  }
  throw new Error("the call succeeded");
}

test("a mutation writes, a query reads, console lines come along", async () => {
  const sent = await project.runner.runMutation(
    project.request("messages:send", { author: "ann", body: "hi" }),
  );
  expect(sent).toMatchObject({
    ok: true,
    logLines: ["[LOG] 'sending' {\n  author: 'ann'\n}"],
  });
  expect(project.query("messages:list", { author: "ann" })).toEqual(["hi"]);
});

test("a query tells what it read and whether it asked who calls", () => {
  const plain = project.runner.runQuery(project.request("messages:list"));
  expect(plain).toMatchObject({ ok: true, usedIdentity: false });
  const asked = project.runner.runQuery(
    project.request(
      "messages:whoami",
      {},
      {
        identity: { subject: "ann", issuer: "i", tokenIdentifier: "i|ann" },
      },
    ),
  );
  expect(asked).toMatchObject({ ok: true, usedIdentity: true, value: '"ann"' });
  expect(project.query("messages:whoami")).toBeNull();
});

test("a token that did not verify fails the function that asks, with the token's error", async () => {
  const failure = await failureOf(() =>
    project.query("messages:whoami", {}, { identityError: "Token expired" }),
  );
  expect(failure.errorMessage).toMatch(/^Uncaught Error: Token expired\n {4}at .*messages\.ts/);
});

test.each([
  ["nested/deep/tool:answer", 42],
  ["nested/deep/tool.js:answer", 42],
  ["nested/deep/tool", "the default"],
])("the path %s is understood", (path, expected) => {
  expect(project.query(path)).toBe(expected);
});

describe("lookup failures have Convex's texts", () => {
  test.each([
    ["messages:nothing", "public", "Could not find public function for 'messages:nothing'."],
    ["messages:secret", "public", "Could not find public function for 'messages:secret'."],
    ["nowhere:f", "public", "Could not find public function for 'nowhere:f'."],
    [
      "messages:nothing",
      "admin",
      "Could not find function for 'messages:nothing'. Did you forget to run `npx convex dev`?",
    ],
    [
      "messages:send",
      "public",
      "Trying to execute messages.js:send as Query, but it is defined as Mutation.",
    ],
    [
      "messages.test:neverDeployed",
      "public",
      "Could not find public function for 'messages.test:neverDeployed'.",
    ],
  ] as const)("%s as %s", async (path, caller, text) => {
    const failure = await failureOf(() => project.query(path, {}, { caller }));
    expect(failure.errorMessage).toBe(text);
  });
  test("internal functions answer the admin and the scheduler", () => {
    expect(project.query("messages:secret", {}, { caller: "admin" })).toBe("secret");
    expect(project.query("messages:secret", {}, { caller: "internal" })).toBe("secret");
  });
});

describe("arguments and results are checked", () => {
  test("a missing field", async () => {
    const failure = await failureOf(() => project.mutation("messages:send", { author: "ann" }));
    expect(failure.errorMessage).toBe(
      'ArgumentValidationError: Object is missing the required field `body`. Consider wrapping the field validator in `v.optional(...)` if this is expected.\n\nObject: {author: "ann"}\nValidator: v.object({author: v.string(), body: v.string()})',
    );
  });
  test("an extra field", async () => {
    const failure = await failureOf(() => project.query("messages:list", { nobody: 1 }));
    expect(failure.errorMessage).toContain(
      "Object contains extra field `nobody` that is not in the validator.",
    );
  });
  test("more than one argument, or none that is an object", async () => {
    expect((await failureOf(() => project.query("messages:list", [{}, {}]))).errorMessage).toBe(
      "Expected to receive a single object as the function's argument. Instead received 2 arguments: [{}, {}]",
    );
    expect((await failureOf(() => project.query("messages:list", ["x"]))).errorMessage).toBe(
      'Expected to receive an object as the function\'s argument. Instead received: "x"',
    );
  });
  test("a result that does not fit", async () => {
    const failure = await failureOf(() => project.query("messages:wrongResult"));
    expect(failure.errorMessage).toContain(
      "ReturnsValidationError: Value does not match validator.",
    );
  });
});

describe("what a function throws", () => {
  test("an error: its name, message and mapped frames", async () => {
    const failure = await failureOf(() => project.query("messages:fail", { kind: "type" }));
    expect(failure.errorMessage).toMatch(
      /^Uncaught TypeError: bad type\n {4}at handler \(\.\.\/.*convex\/messages\.ts:\d+:\d+\)\n$/,
    );
    expect(failure).not.toHaveProperty("errorData");
  });
  test("a ConvexError: its data, decoded once", async () => {
    const failure = await failureOf(() => project.query("messages:fail", { kind: "convex" }));
    expect(failure.errorData).toEqual({ code: { $integer: "AQAAAAAAAAA=" }, text: "no" });
    expect(failure.errorMessage).toMatch(/^Uncaught ConvexError: /);
  });
  test("something that is no error", async () => {
    const failure = await failureOf(() => project.query("messages:fail", { kind: "text" }));
    expect(failure.errorMessage).toBe("Uncaught just text");
  });
  test("a promise that can never settle", async () => {
    const failure = await failureOf(() => project.query("messages:fail", { kind: "hang" }));
    expect(failure.errorMessage).toBe("Returned promise will never resolve");
  });
  test("an endless loop ends in the time limit's error, and the next call is fine", async () => {
    const short = await openProject("typescript", { limits: { watchdogMs: 200 } });
    try {
      const failure = await failureOf(() => short.query("messages:fail", { kind: "loop" }));
      expect(failure.errorMessage).toBe("Function execution timed out (maximum duration: 1s)");
      expect(short.query("messages:list")).toEqual([]);
    } finally {
      await short.close();
    }
  });
  test("a failed query still tells what it read, so that it can be run again", () => {
    const outcome = project.runner.runQuery(project.request("messages:fail", { kind: "type" }));
    expect(outcome).toMatchObject({ ok: false, kind: "user", usedIdentity: false });
    expect(outcome.readSet).toBeDefined();
  });
});

test("the clock stands still within a call and chance is seeded", () => {
  const value = project.query("messages:clock");
  expect(value).toMatchObject({ same: true });
});

test("a nested mutation that fails leaves nothing, and its caller goes on", async () => {
  expect(await project.mutation("messages:nested")).toEqual({
    caught: "inner failed",
    added: "kept",
    seen: ["outer", "kept"],
  });
  expect(project.query("messages:counterNames")).toEqual(["outer", "kept"]);
});

test("what nobody waits for is still written before the commit", async () => {
  await project.mutation("messages:forgetful");
  expect(project.query("messages:counterNames")).toContain("unawaited");
});

test("a mutation that uses fetch is told to be an action, and writes nothing", async () => {
  const failure = await failureOf(() => project.mutation("messages:useFetch"));
  expect(failure.errorMessage).toMatch(
    /^Uncaught Error: Can't use fetch\(\) in queries and mutations\. Please consider using an action\./,
  );
});

test("scheduling adds a row, cancelling changes its state, and both are part of the mutation", async () => {
  const id = await project.mutation("messages:later", { ms: 60_000 });
  const tx = project.database.begin({ kind: "query" });
  expect(tx.system.query("", "_scheduled_functions", "by_state", ["pending"])).toMatchObject([
    { _id: id, name: "messages.js:add", args: [{ name: "later" }], component: "" },
  ]);
  project.database.abort(tx);
  expect(await project.mutation("messages:cancel", { id })).toBe("canceled");
});

test("beforeCommit writes with the mutation, and refuses it by throwing", async () => {
  const count = (): number => (project.query("messages:counterNames") as string[]).length;
  const before = count();
  const failed = await project.runner.runMutation({
    ...project.request("messages:add", { name: "x" }, { caller: "internal" }),
    beforeCommit: () => {
      throw new Error("no");
    },
  });
  expect(failed).toMatchObject({ ok: false, kind: "internal" });
  expect(count()).toBe(before);
});

test("a mutation runs to its end before the call returns", () => {
  let ran = false;
  const pending = project.runner.runMutation({
    ...project.request("messages:add", { name: "sync" }, { caller: "internal" }),
    beforeCommit: () => {
      ran = true;
    },
  });
  expect(ran).toBe(true);
  return pending;
});

test("several queries run on one snapshot, in order, failures among them", () => {
  const outcomes = project.runner.runQueries([
    project.request("nested/deep/tool:answer"),
    project.request("messages:fail", { kind: "hang" }),
    project.request("messages:nothing"),
    project.request("nested/deep/tool"),
  ]);
  expect(outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome.errorMessage))).toEqual([
    "42",
    "Returned promise will never resolve",
    "Could not find public function for 'messages:nothing'.",
    '"the default"',
  ]);
});

describe("actions", () => {
  test("run mutations and queries, each in a transaction of its own", async () => {
    const outcome = await project.runner.runAction(
      project.request("messages:relay", { author: "bob", body: "yo" }),
    );
    expect(outcome).toMatchObject({ ok: true, logLines: ["[INFO] 'relayed' 1"] });
    expect(outcome.ok && JSON.parse(outcome.value)).toEqual({
      id: expect.any(String),
      bodies: ["yo"],
    });
  });
  test("see the deployment's variables and the web's interfaces, and nothing of Node", async () => {
    expect(await project.action("messages:surroundings")).toEqual({
      hidden: ["undefined", "undefined", "undefined"],
      process: ["env"],
      variable: "hello",
      fetch: "function",
      subtle: "function",
    });
  });
  test("fail with mapped frames; a nested ConvexError keeps its data", async () => {
    const failure = await failureOf(() => project.action("messages:actionFails", { kind: "x" }));
    expect(failure.errorMessage).toMatch(
      /^Uncaught Error: bad x\n {4}at handler \(\.\.\/.*convex\/messages\.ts:\d+:\d+\)\n$/,
    );
    const nested = await failureOf(() =>
      project.action("messages:actionFails", { kind: "nested" }),
    );
    expect(nested.errorData).toEqual({ code: { $integer: "AQAAAAAAAAA=" }, text: "no" });
  });
  test("fail when they leave a rejection or an error in a timer unhandled", async () => {
    const failure = await failureOf(() =>
      project.action("messages:actionFails", { kind: "forgotten" }),
    );
    expect(failure.errorMessage).toMatch(/^Uncaught Error: nobody looks at this\n/);
    const thrown = await failureOf(() => project.action("messages:actionFails", { kind: "timer" }));
    expect(thrown.errorMessage).toMatch(/^Uncaught RangeError: thrown in a timer\n/);
  });
  test("check their arguments", async () => {
    const failure = await failureOf(() => project.action("messages:relay", {}));
    expect(failure.errorMessage).toMatch(/^ArgumentValidationError: /);
  });
  test("an action that never ends fails alone", async () => {
    const short = await openProject("typescript", { limits: { actionTimeMs: 3_000 } });
    try {
      const [hang, loop, fine] = await Promise.all([
        failureOf(() => short.action("messages:actionFails", { kind: "hang" })),
        failureOf(() => short.action("messages:actionFails", { kind: "loop" })),
        short.action("messages:relay", { author: "a", body: "b" }),
      ]);
      expect(hang.errorMessage).toBe("Function execution timed out (maximum duration: 3s)");
      expect(loop.errorMessage).toBe("Function execution timed out (maximum duration: 3s)");
      expect(fine).toMatchObject({ bodies: ["b"] });
    } finally {
      await short.close();
    }
  });

  test("an action that fills the memory is told so, and the next one runs", async () => {
    const failure = await failureOf(() =>
      project.action("messages:actionFails", { kind: "memory" }),
    );
    expect(failure.errorMessage).toBe(
      "JavaScript execution ran out of memory (maximum memory usage: 512 MB)",
    );
    const next = await project.action("messages:relay", { author: "a", body: "after" });
    expect(next).toMatchObject({ bodies: expect.arrayContaining(["after"]) });
  });

  test("a call that comes while every thread loops is not held up by them", async () => {
    const crowded = await openProject("typescript", { limits: { actionWorkers: 2 } });
    const loops = [1, 2].map(() =>
      failureOf(() => crowded.action("messages:actionFails", { kind: "loop" })),
    );
    const fine = [1, 2, 3].map((n) =>
      crowded.action("messages:relay", { author: "a", body: String(n) }),
    );
    expect(await Promise.all(fine)).toHaveLength(3);
    await crowded.close();
    expect(await Promise.all(loops)).toHaveLength(2);
  });
});

test('"use node" actions have Node and the deployment\'s variables', async () => {
  const node = await openProject("node");
  try {
    expect(await node.action("files:hash", { text: "abc" })).toEqual({
      hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      bodies: "abc",
      node: "function function function hello",
    });
  } finally {
    await node.close();
  }
});

describe("http actions", () => {
  const call = (path: string, init?: RequestInit) =>
    project.runner.runHttpAction(new Request(`http://127.0.0.1${path}`, init), { identity: null });

  test("get the request and give the response", async () => {
    const response = await call("/hello", { method: "POST", body: "hey" });
    expect([response.status, response.headers.get("x-path"), await response.text()]).toEqual([
      201,
      "/hello",
      "hey!32",
    ]);
  });
  test("stream through prefix routes", async () => {
    expect(await (await call("/files/a/b")).text()).toBe("a:a/b");
    const head = await call("/files/a", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });
  test("are told of when they end, with what they logged and threw while their response went out", async () => {
    const seen: { path: string; ok: boolean; errorMessage?: string; logLines: string[] }[] = [];
    const observed = await openProject("typescript", {
      onExecution: ({ path, ok, errorMessage, logLines }) =>
        seen.push({
          path,
          ok,
          logLines: [...logLines],
          ...(errorMessage === undefined ? {} : { errorMessage }),
        }),
    });
    const get = (path: string) =>
      observed.runner.runHttpAction(new Request(`http://h${path}`), { identity: null });
    try {
      expect(await (await get("/files/whole")).text()).toBe("a:whole");
      await expect((await get("/files/cut")).text()).rejects.toThrow(
        "An http action failed while its response was under way",
      );
      expect(seen).toEqual([
        {
          path: "GET /files/whole",
          ok: true,
          logLines: ["[LOG] 'sends a:'", "[LOG] 'sends whole'", "[LOG] 'sends undefined'"],
        },
        {
          path: "GET /files/cut",
          ok: false,
          errorMessage: expect.stringMatching(/^Uncaught Error: the source dried up\n/),
          logLines: ["[LOG] 'sends a:'", "[LOG] 'sends cut'"],
        },
      ]);
    } finally {
      await observed.close();
    }
  });
  test("fail with the error and its place", async () => {
    const response = await call("/broken");
    expect(response.status).toBe(500);
    const body = (await response.json()) as { code: string; trace: string };
    expect(body.code).toMatch(
      /^\[Request ID: [0-9a-f]{16}\] Server Error: Uncaught Error: broken route$/,
    );
    expect(body.trace).toMatch(/convex\/http\.ts:\d+/);
  });
  test("no route is 404", async () => {
    const response = await call("/nowhere");
    expect([response.status, await response.text()]).toEqual([404, "No matching routes found"]);
  });
  test("a project without http.ts says so", async () => {
    const plain = await openProject("plain");
    try {
      const response = await plain.runner.runHttpAction(new Request("http://h/"), {
        identity: null,
      });
      expect([response.status, await response.text()]).toEqual([
        404,
        "This Convex deployment does not have HTTP actions enabled.",
      ]);
    } finally {
      await plain.close();
    }
  });
});

test("a project with http actions only answers them", async () => {
  const web = await openProject("http-only");
  try {
    const response = await web.runner.runHttpAction(new Request("http://h/"), { identity: null });
    expect(await response.text()).toBe("up");
  } finally {
    await web.close();
  }
});

test("whatever kind a path names is found and run", async () => {
  const { runner, request } = project;
  expect(runner.find("nested/deep/tool")).toEqual({
    path: "nested/deep/tool:default",
    component: "",
    kind: "query",
    visibility: "public",
  });
  expect(runner.find("nowhere:f")).toBeNull();
  const kinds = ["nested/deep/tool:answer", "messages:forgetful", "messages:surroundings"];
  const outcomes = await Promise.all(kinds.map((path) => runner.runAny(request(path))));
  expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true, true]);
  expect(await runner.runAny(request("nowhere:f"))).toMatchObject({
    ok: false,
    errorMessage: "Could not find public function for 'nowhere:f'.",
  });
});

test("a plain JavaScript project without schema runs", async () => {
  const plain = await openProject("plain");
  try {
    await plain.mutation("tasks:add", { text: "one" });
    expect(plain.query("tasks:all")).toMatchObject([{ text: "one" }]);
  } finally {
    await plain.close();
  }
});

test("executions are told to the observer, with each read's place in the code", async () => {
  const seen: { path: string; reads: unknown; documentsRead: number; ok: boolean }[] = [];
  const observed = await openProject("typescript", {
    callSites: true,
    onExecution: ({ path, reads, documentsRead, ok }) =>
      seen.push({ path, reads, documentsRead, ok }),
  });
  try {
    await observed.mutation("messages:send", { author: "ann", body: "hi" });
    observed.query("messages:list", { author: "ann" });
    expect(seen.at(-1)).toMatchObject({
      path: "messages:list",
      ok: true,
      documentsRead: 1,
      reads: [
        {
          table: "messages",
          index: "by_author",
          range: "author Eq",
          documents: 1,
          callSite: expect.stringMatching(/convex\/messages\.ts:\d+:\d+$/),
        },
      ],
    });
  } finally {
    await observed.close();
  }
});
