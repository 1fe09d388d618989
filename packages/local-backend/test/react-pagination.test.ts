// `usePaginatedQuery` of the official React package, in a page of its own, on a list that changes under it.
import { ConvexProvider, ConvexReactClient, usePaginatedQuery } from "convex/react";
import { Window } from "happy-dom";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createElement } from "react";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { Backend } from "../src/index.ts";
import { query, startProject, type Loose } from "./running-project.ts";

const pageSize = 4;

interface Rendered {
  rows: number[];
  status: string;
  loadMore: (count: number) => void;
}

/** Shows `rows:page` in a browser page and keeps everything that it ever showed, newest last. */
async function renderList(backend: Backend): Promise<Rendered[]> {
  const page = new Window();
  onTestFinished(() => page.happyDOM.close());
  vi.stubGlobal("window", page);
  vi.stubGlobal("document", page.document);
  vi.stubGlobal("navigator", page.navigator);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  // The renderer looks for a page when it is loaded.
  const { createRoot } = await import("react-dom/client");
  const client = new ConvexReactClient(backend.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
    logger: false,
  });
  const shown: Rendered[] = [];
  function List() {
    const { results, status, loadMore } = usePaginatedQuery(
      query("rows:page") as never,
      {} as never,
      { initialNumItems: pageSize },
    );
    shown.push({ rows: (results as Loose[]).map((row) => row.n), status, loadMore });
    return null;
  }
  const root = createRoot(page.document.createElement("div"));
  root.render(createElement(ConvexProvider, { client, children: createElement(List) }));
  onTestFinished(async () => {
    root.unmount();
    await client.close();
  });
  return shown;
}

/** A project whose `rows:page` gives the rows of the table that `order` asks for. */
async function writeProject(): Promise<{
  functions: string;
  writePage: (rows: string) => unknown;
}> {
  const cache = fileURLToPath(new URL("../../../node_modules/.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  const functions = await mkdtemp(join(cache, "react-pagination-"));
  onTestFinished(() => rm(functions, { recursive: true, force: true }));
  const writePage = (rows: string) =>
    writeFile(
      join(functions, "rows.js"),
      `import { queryGeneric as query, mutationGeneric as mutation } from "convex/server";
export const add = mutation(async (ctx, { n }) => ctx.db.insert("rows", { n }));
export const remove = mutation(async (ctx, { n }) => {
  for (const row of await ctx.db.query("rows").collect()) if (row.n === n) await ctx.db.delete(row._id);
});
export const page = query(async (ctx, { paginationOpts }) => ${rows}.paginate(paginationOpts));
`,
    );
  return { functions, writePage };
}

const last = (shown: Rendered[]): Rendered => {
  const newest = shown.at(-1);
  if (newest === undefined) throw new Error("nothing was rendered yet");
  return newest;
};
const settled = (shown: Rendered[]) =>
  expect.poll(() => last(shown).status, { timeout: 10_000 }).toMatch(/^(CanLoadMore|Exhausted)$/);

test("whatever is inserted and deleted, every list ever shown is the beginning of the table as it once was", async () => {
  const { functions, writePage } = await writeProject();
  await writePage(`ctx.db.query("rows").order("desc")`);
  const backend = await startProject("rows", { functions });
  let rows: number[] = [];
  const states = [rows];
  const insert = async (n: number) => {
    rows = [n, ...rows];
    states.push(rows);
    await backend.runFunction("rows:add", { n });
  };
  const remove = async (n: number) => {
    rows = rows.filter((other) => other !== n);
    states.push(rows);
    await backend.runFunction("rows:remove", { n });
  };
  for (let n = 0; n < 12; n++) await insert(n);
  const shown = await renderList(backend);
  await expect.poll(() => last(shown).rows).toEqual([11, 10, 9, 8]);
  for (let n = 12; n < 60; n++) {
    await insert(n);
    if (n % 5 === 0) last(shown).loadMore(pageSize);
    // At the ends, in the middle and across the borders of pages.
    if (n % 3 === 0) await remove(rows[0] ?? -1);
    if (n % 4 === 0) await remove(rows[Math.floor(rows.length / 2)] ?? -1);
    if (n % 7 === 0) await remove(rows.at(-1) ?? -1);
  }
  await expect
    .poll(
      () => {
        if (last(shown).status === "CanLoadMore") last(shown).loadMore(pageSize);
        return [last(shown).status, last(shown).rows];
      },
      { timeout: 20_000 },
    )
    .toEqual(["Exhausted", rows]);
  const beginnings = new Set(
    states.flatMap((state) => state.map((_, i) => String(state.slice(0, i + 1)))),
  );
  for (const { rows: list } of shown) {
    if (list.length > 0) expect(beginnings).toContain(String(list));
  }
  // The end of an exhausted list takes in what comes to be there.
  await insert(100);
  await expect.poll(() => last(shown).rows).toEqual(rows);
});

test("a list whose query new code changes starts over by itself, also where errors are kept from clients", async () => {
  const { functions, writePage } = await writeProject();
  await writePage(`ctx.db.query("rows")`);
  const backend = await startProject("rows", { functions, redactErrors: true });
  for (let n = 0; n < 10; n++) await backend.runFunction("rows:add", { n });
  const shown = await renderList(backend);
  await expect.poll(() => last(shown).rows).toEqual([0, 1, 2, 3]);
  last(shown).loadMore(pageSize);
  await expect.poll(() => last(shown).rows).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await writePage(`ctx.db.query("rows").order("desc")`);
  await backend.deploy();
  await expect.poll(() => last(shown).rows, { timeout: 10_000 }).toEqual([9, 8, 7, 6]);
  await settled(shown);
});
