// Runs a project's queries on the local backend over seeded tables of two sizes, and says which reads grow with the table.
import type { Backend, Execution, ObservedRead } from "@torchkeeper/local-backend";
import type { FunctionInfo, Model } from "../model/model.ts";
import { ToolFailure } from "../project/failure.ts";
import { makeArguments, makeIdentity } from "./arguments.ts";
import { makeScratch, seedFunction, type ScratchSource } from "./scratch.ts";
import { makeDocument, seedOrder, type IdSource, type Json } from "./seed.ts";

export interface MeasureOptions {
  /** Documents per table, the smaller first. */
  sizes: readonly [number, number];
  /** Calls given by the user, by function name; they replace made-up arguments. */
  calls: ReadonlyMap<string, { args: { [key: string]: Json }; identity?: { [key: string]: Json } }>;
  budgets: Readonly<Record<string, number>>;
}

export type Growth = "constant" | "with the table" | "with its range" | "not measured";

export interface MeasuredFunction {
  function: string;
  /** Documents read per call at the two sizes; null when the call failed. */
  documents: [number | null, number | null];
  bytes: [number, number];
  growth: Growth;
  reads: { table: string; index: string; range: string; documents: [number, number] }[];
  /** Why it could not be run, in the function's own words. */
  error: string | null;
  budget: number | null;
  isOverBudget: boolean;
}

export interface Measurement {
  sizes: [number, number];
  functions: MeasuredFunction[];
  /** Tables that could not be filled. */
  notFilled: string[];
}

const batchSize = 100;

interface Sample {
  documents: number | null;
  bytes: number;
  reads: readonly ObservedRead[];
  error: string | null;
}

/** @throws ToolFailure when the backend cannot run the project */
export async function measureProject(
  model: Model,
  source: ScratchSource,
  options: MeasureOptions,
): Promise<Measurement> {
  const scratch = makeScratch(source);
  const executions: Execution[] = [];
  let backend: Backend | null = null;
  try {
    const { startBackend } = await import("@torchkeeper/local-backend");
    try {
      backend = await startBackend({
        functions: scratch.folder,
        inMemory: true,
        port: 0,
        environment: {
          SITE_URL: "http://127.0.0.1",
          JWT_PRIVATE_KEY: "measure",
          JWKS: '{"keys":[]}',
        },
        log: silentLog,
        onExecution: (execution) => executions.push(execution),
      });
    } catch (cause) {
      throw new ToolFailure(
        "no-project",
        `The project does not run on the local backend: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    const ids = new Map<string, string[]>();
    const idSource: IdSource = { idsOf: (table) => ids.get(table) ?? [] };
    const notFilled = new Set<string>();
    const samples: Map<string, Sample>[] = [];
    for (const size of options.sizes) {
      await fill(backend, model, size, ids, notFilled);
      samples.push(await sampleAll(backend, model, options, idSource, executions));
    }
    const functions = queriesOf(model).map((info) =>
      compare(info, samples[0]?.get(info.name), samples[1]?.get(info.name), options, [
        ...options.sizes,
      ]),
    );
    return { sizes: [...options.sizes], functions, notFilled: [...notFilled].sort() };
  } finally {
    await backend?.close();
    scratch.remove();
  }
}

const silentLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function queriesOf(model: Model): FunctionInfo[] {
  return model.functions.filter((info) => info.kind === "query" && !info.name.includes("("));
}

async function fill(
  backend: Backend,
  model: Model,
  size: number,
  ids: Map<string, string[]>,
  notFilled: Set<string>,
): Promise<void> {
  for (const table of seedOrder(model.schema)) {
    const known = ids.get(table.name) ?? [];
    ids.set(table.name, known);
    while (known.length < size) {
      const documents: Json[] = [];
      for (let i = known.length; i < Math.min(size, known.length + batchSize); i++) {
        const document = makeDocument(table, i, { idsOf: (name) => ids.get(name) ?? [] });
        if (document !== null) documents.push(document);
      }
      if (documents.length === 0) {
        notFilled.add(table.name);
        break;
      }
      try {
        const made = await backend.runFunction(seedFunction, { table: table.name, documents });
        if (Array.isArray(made)) known.push(...made.map(String));
      } catch {
        notFilled.add(table.name);
        break;
      }
    }
  }
}

async function sampleAll(
  backend: Backend,
  model: Model,
  options: MeasureOptions,
  ids: IdSource,
  executions: Execution[],
): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample>();
  for (const info of queriesOf(model)) {
    const given = options.calls.get(info.name);
    const args = given?.args ?? makeArguments(info, ids);
    if (args === null) {
      samples.set(info.name, {
        documents: null,
        bytes: 0,
        reads: [],
        error: "no arguments could be made up",
      });
      continue;
    }
    executions.length = 0;
    let error: string | null = null;
    try {
      await backend.runFunction(info.name, args, {
        identity: given?.identity ?? makeIdentity(ids),
      });
    } catch (cause) {
      error = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
    }
    const execution = executions.find((item) => samePath(item.path, info.name));
    samples.set(info.name, {
      documents: error === null ? (execution?.documentsRead ?? null) : null,
      bytes: execution?.bytesRead ?? 0,
      reads: execution?.reads ?? [],
      error,
    });
  }
  return samples;
}

function samePath(path: string, name: string): boolean {
  return path.replace(/\.js:/, ":") === name;
}

function compare(
  info: FunctionInfo,
  small: Sample | undefined,
  large: Sample | undefined,
  options: MeasureOptions,
  sizes: [number, number],
): MeasuredFunction {
  const documents: [number | null, number | null] = [
    small?.documents ?? null,
    large?.documents ?? null,
  ];
  const reads = joinReads(small?.reads ?? [], large?.reads ?? []);
  const budget = options.budgets[info.name] ?? null;
  const most = Math.max(documents[0] ?? 0, documents[1] ?? 0);
  return {
    function: info.name,
    documents,
    bytes: [small?.bytes ?? 0, large?.bytes ?? 0],
    growth: growthOf(documents, reads, sizes),
    reads,
    error: small?.error ?? large?.error ?? null,
    budget,
    isOverBudget: budget !== null && most > budget,
  };
}

function joinReads(
  small: readonly ObservedRead[],
  large: readonly ObservedRead[],
): MeasuredFunction["reads"] {
  const rows = new Map<string, MeasuredFunction["reads"][number]>();
  const add = (read: ObservedRead, at: 0 | 1) => {
    const key = [read.table, read.index, read.range].join("|");
    const row = rows.get(key) ?? {
      table: read.table,
      index: read.index,
      range: read.range,
      documents: [0, 0],
    };
    row.documents[at] += read.documents;
    rows.set(key, row);
  };
  for (const read of small) add(read, 0);
  for (const read of large) add(read, 1);
  return [...rows.values()].sort((a, b) => b.documents[1] - a.documents[1]);
}

/** Growing with the table: a read without a range gets more documents as the table does. */
function growthOf(
  documents: readonly [number | null, number | null],
  reads: MeasuredFunction["reads"],
  sizes: readonly [number, number],
): Growth {
  const [small, large] = documents;
  if (small === null || large === null) return "not measured";
  const slope = (large - small) / (sizes[1] - sizes[0]);
  if (slope <= 0.02) return "constant";
  const isScan = reads.some((read) => read.range === "" && read.documents[1] > read.documents[0]);
  return isScan ? "with the table" : "with its range";
}
