// `--run FILE`: an ES module that drives the seeded backend itself; every function it runs is measured.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Model } from "../model/model.ts";
import { ToolFailure } from "../project/failure.ts";
import { isRecord } from "../schema/validator.ts";
import { parseCalls, resolveCall, type GivenCalls } from "./given-calls.ts";
import { identityOf } from "./identities.ts";
import type { JsonObject } from "./json.ts";
import type { Seeder } from "./seed.ts";
import type { CallResult, MeasuringSession } from "./session.ts";

/** What the script's default export is called with. */
export interface ScriptTools {
  /** Address of the backend, for `ConvexHttpClient` and `ConvexClient`. */
  url: string;
  /** Documents that each table was filled with, small tables aside. */
  size: number;
  /** Runs any function, internal ones too; resolves to its result as Convex JSON. What it writes stays. */
  call: (name: string, args?: JsonObject, identity?: JsonObject | null) => Promise<unknown>;
  /** Ids of the seeded documents of a table. */
  ids: (table: string) => readonly string[];
  /** A seeded document. */
  document: (table: string, row: number) => JsonObject | undefined;
  /** Claims of a seeded person. */
  identityOf: (id: string) => JsonObject;
}

export interface MeasureScript {
  file: string;
  /** The default export; null when there is only `calls`. */
  drive: ((tools: ScriptTools) => unknown) | null;
  calls: GivenCalls;
}

/** @throws ToolFailure when the file is missing, does not load or exports neither a function nor `calls` */
export async function loadScript(file: string): Promise<MeasureScript> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new ToolFailure("bad-argument", `There is no file "${file}". --run takes an ES module.`);
  let module: unknown;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new ToolFailure(
      "bad-argument",
      `"${file}" does not load: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  // A module's namespace has no prototype.
  const exported: unknown = { ...(typeof module === "object" ? module : {}) };
  const drive = isRecord(exported) ? exported["default"] : undefined;
  const calls = isRecord(exported) ? exported["calls"] : undefined;
  if (typeof drive !== "function" && calls === undefined)
    throw new ToolFailure(
      "bad-argument",
      `"${file}" exports nothing to run; expected \`export default async ({ call, ids }) => { … }\`, or \`export const calls = { … }\`.`,
    );
  return {
    file,
    drive:
      typeof drive === "function"
        ? async (tools): Promise<unknown> =>
            (await Reflect.apply(drive, undefined, [tools])) as unknown
        : null,
    calls: calls === undefined ? new Map() : parseCalls(calls, file),
  };
}

/**
 * Runs a script against filled tables.
 *
 * @returns the calls that succeeded, by function, in their order
 * @throws ToolFailure with what the script threw
 */
export async function runScript(
  script: MeasureScript,
  session: MeasuringSession,
  seeder: Seeder,
  model: Model,
  size: number,
): Promise<Map<string, CallResult[]>> {
  const { data } = seeder;
  session.observe();
  try {
    await script.drive?.({
      url: session.url,
      size,
      call: (name, args = {}, identity = null) => session.run(name, args, identity),
      ids: (table) => data.idsOf(table),
      document: (table, row) => data.document(table, row),
      identityOf: (id) => identityOf(model, seeder, id),
    });
    for (const [name, calls] of script.calls)
      for (const given of calls) {
        const { args, identity } = resolveCall(given, data, (id) => identityOf(model, seeder, id));
        await session.run(name, args, identity ?? null);
      }
  } catch (cause) {
    throw new ToolFailure(
      "bad-argument",
      `"${script.file}" failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const results = new Map<string, CallResult[]>();
  for (const { name, ok, result } of session.observed()) {
    if (!ok) continue;
    results.set(name, [...(results.get(name) ?? []), result]);
  }
  return results;
}
