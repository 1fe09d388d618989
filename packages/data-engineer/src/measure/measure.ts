// Runs a project's functions on the local backend over seeded tables of two sizes, and says which reads grow with the table.
import { existsSync, readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Boundness } from "../model/boundness.ts";
import type { FunctionInfo, FunctionKind, Model, Visibility } from "../model/model.ts";
import type { Finding } from "../rules/finding.ts";
import { attempt, isOutOfReach, type Call } from "./attempts.ts";
import { constraintsOf } from "./constraints.ts";
import { Filler, systemIds } from "./fill.ts";
import { resolveCall, type GivenCalls } from "./given-calls.ts";
import { identitiesFor, identityOf } from "./identities.ts";
import type { JsonObject } from "./json.ts";
import { ReferenceGraph } from "./references.ts";
import type { MeasureScript } from "./script.ts";
import { runScript } from "./script.ts";
import type { Seeder } from "./seed.ts";
import { SeededData } from "./seeded.ts";
import { MeasuringSession, type CallResult } from "./session.ts";
import {
  compareCalls,
  median,
  type Growth,
  type MeasuredRead,
  type Pair,
  type SizedCall,
  type Verdict,
} from "./verdict.ts";

export interface MeasureOptions {
  /** Documents per table, the smaller first. */
  sizes: Readonly<Pair>;
  /** Calls given by the user, by function name; they replace made-up ones. */
  calls: GivenCalls;
  /** Drives the backend itself; functions it calls are measured by its calls alone. */
  script: MeasureScript | null;
  budgets: Readonly<Record<string, number>>;
  environment: Readonly<Record<string, string>>;
  /** The only function wanted; null measures all. */
  only: string | null;
}

export interface MeasureSource {
  model: Model;
  findings: readonly Finding[];
  boundness: ReadonlyMap<string, Boundness>;
  /** Absolute path of the functions folder. */
  folder: string;
  entryFiles: readonly string[];
}

export interface MeasuredFunction {
  function: string;
  kind: FunctionKind;
  visibility: Visibility;
  /** Where its calls come from. */
  from: "made up" | "given" | "script";
  /** Calls measured at both sizes. */
  calls: number;
  verdict: Verdict;
  /** Tables it reads more of as they grow, with the further documents read per further document of the table. */
  grows: Growth[];
  /** Documents read per call. */
  documents: { p50: Pair; max: Pair } | null;
  /** The most of any call. */
  bytes: Pair;
  ranges: Pair;
  written: Pair;
  /** Of the call that grows most, or reads most. */
  reads: MeasuredRead[];
  /** Rules that speak of the reads that grow. */
  findings: string[];
  /** Why it could not be measured, in the function's own words where it has some. */
  error: string | null;
  /** A call that was measured. */
  example: Call | null;
  budget: number | null;
  isOverBudget: boolean;
}

export interface Measurement {
  sizes: Pair;
  tables: { table: string; documents: Pair }[];
  functions: MeasuredFunction[];
  /** Tables that could not be filled, and why. */
  notFilled: { table: string; because: string }[];
}

/** @throws ToolFailure when the backend cannot run the project */
export async function measureProject(
  source: MeasureSource,
  options: MeasureOptions,
): Promise<Measurement> {
  const { model } = source;
  const session = await start(source, options);
  try {
    const seeder = await makeSeeder(session, source);
    const filler = new Filler(session, model.schema, seeder);
    const [smallSize, largeSize] = options.sizes;
    await filler.fillTo(smallSize);
    const before = tableSizes(model, seeder.data);
    const scripted = options.script === null ? null : await measureScript(source, options);
    const samples = new Map<string, Sample>();
    const isWanted = (info: FunctionInfo) => options.only === null || info.name === options.only;
    for (const info of measurable(model).filter(isWanted))
      if (scripted?.calls.has(info.name) !== true)
        samples.set(info.name, await sample(session, info, source, seeder, options));
    filler.grow();
    await filler.fillTo(largeSize);
    const rows = new Map(
      [...tableSizes(model, seeder.data)].map(([table, size]): [string, Pair] => [
        table,
        [before.get(table) ?? 0, size],
      ]),
    );
    const functions: MeasuredFunction[] = [];
    for (const info of model.functions.filter(
      (item) => !item.name.includes("(") && isWanted(item),
    )) {
      const fromScript = scripted?.calls.get(info.name);
      const taken = samples.get(info.name);
      functions.push(
        fromScript !== undefined
          ? report(
              info,
              { from: "script", calls: fromScript, example: null, error: null },
              source,
              options,
              rows,
            )
          : taken === undefined
            ? leftOut(info, options)
            : report(info, await again(session, info, taken), source, options, rows),
      );
    }
    return {
      sizes: [smallSize, largeSize],
      tables: [...rows].map(([table, documents]) => ({ table, documents })),
      functions: functions.sort((a, b) => (a.function < b.function ? -1 : 1)),
      notFilled: [...filler.problems]
        .map(([table, because]) => ({ table, because }))
        .sort((a, b) => (a.table < b.table ? -1 : 1)),
    };
  } finally {
    await session.close();
  }
}

function start(source: MeasureSource, options: MeasureOptions): Promise<MeasuringSession> {
  return MeasuringSession.start({
    folder: source.folder,
    actionModules: actionModules(source),
    environment: options.environment,
  });
}

async function makeSeeder(session: MeasuringSession, source: MeasureSource): Promise<Seeder> {
  const { model } = source;
  return {
    graph: new ReferenceGraph(model.schema),
    data: new SeededData(),
    constraints: constraintsOf(model, source.boundness),
    systemIds: await systemIds(session, [
      ...model.schema.tables.map((table) => table.document),
      ...model.functions.map((info) => info.args),
    ]),
  };
}

/** Functions that can be run: HTTP actions want requests, not arguments. */
function measurable(model: Model): FunctionInfo[] {
  return model.functions.filter((info) => info.kind !== "httpAction" && !info.name.includes("("));
}

/** Modules that hold actions and need no Node: these can run inside a transaction. */
function actionModules({ model, folder, entryFiles }: MeasureSource): string[] {
  const wanted = new Set(
    model.functions
      .filter((info) => info.kind === "action")
      .map((info) => info.name.split(":")[0] ?? ""),
  );
  return entryFiles.flatMap((file) => {
    const path = relative(folder, file)
      .split(sep)
      .join("/")
      .replace(/\.[^.]+$/, "");
    return wanted.has(path) && existsSync(file) && !needsNode(readFileSync(file, "utf8"))
      ? [path]
      : [];
  });
}

function needsNode(text: string): boolean {
  return /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*["']use node["']/.test(text);
}

function tableSizes(model: Model, data: SeededData): Map<string, number> {
  return new Map(
    model.schema.tables.map((table) => [table.name, data.count(table.name)] as const).sort(),
  );
}

interface Sample {
  from: "made up" | "given";
  successes: { call: Call; result: CallResult }[];
  tried: number;
  error: string | null;
}

async function sample(
  session: MeasuringSession,
  info: FunctionInfo,
  source: MeasureSource,
  seeder: Seeder,
  options: MeasureOptions,
): Promise<Sample> {
  const given = options.calls.get(info.name);
  if (given === undefined)
    return { from: "made up", ...(await attempt(session, info, source.model, seeder)) };
  const successes: Sample["successes"] = [];
  let error: string | null = null;
  let tried = 0;
  for (const item of given) {
    const { args, identity } = resolveCall(item, seeder.data, (id) =>
      identityOf(source.model, seeder, id),
    );
    const named = namedDocuments(args, seeder);
    const identities =
      identity === undefined ? identitiesFor(source.model, seeder, named, 0) : [identity];
    for (const who of identities) {
      const result = await session.call(info.kind, info.name, args, who);
      tried++;
      if (result.error === null) {
        successes.push({ call: { args, identity: who }, result });
        break;
      }
      error = result.error;
    }
  }
  return { from: "given", successes, tried, error };
}

function namedDocuments(args: JsonObject, { data }: Seeder): { table: string; row: number }[] {
  return Object.values(args).flatMap((value) => {
    const place = typeof value === "string" ? data.placeOf(value) : undefined;
    return place === undefined ? [] : [place];
  });
}

interface Pairs {
  from: MeasuredFunction["from"];
  calls: SizedCall[];
  example: Call | null;
  error: string | null;
}

/** The calls that succeeded on the smaller tables, on the larger ones. */
async function again(session: MeasuringSession, info: FunctionInfo, taken: Sample): Promise<Pairs> {
  const calls: SizedCall[] = [];
  let error = taken.successes.length === 0 ? whyNot(info, taken) : null;
  for (const { call, result } of taken.successes) {
    const large = await session.call(info.kind, info.name, call.args, call.identity);
    if (large.error === null) calls.push({ small: result, large });
    else if (calls.length === 0) error = `it fails on the larger tables: ${large.error}`;
  }
  return {
    from: taken.from,
    calls,
    example: taken.successes[0]?.call ?? null,
    error: calls.length > 0 ? null : error,
  };
}

function whyNot(info: FunctionInfo, taken: Sample): string {
  if (taken.error === null) return "no arguments could be made up";
  if (isOutOfReach(taken.error)) return taken.error;
  return taken.from === "given"
    ? taken.error
    : `${taken.tried} made-up ${taken.tried === 1 ? "call" : "calls"} failed: ${taken.error}`;
}

async function measureScript(
  source: MeasureSource,
  options: MeasureOptions,
): Promise<{ calls: Map<string, SizedCall[]> }> {
  const sized: Map<string, CallResult[]>[] = [];
  for (const size of options.sizes) {
    // A backend of its own for each size: what the script writes stays.
    const session = await start(source, options);
    try {
      const seeder = await makeSeeder(session, source);
      const filler = new Filler(session, source.model.schema, seeder);
      await filler.fillTo(options.sizes[0]);
      filler.grow();
      await filler.fillTo(size);
      if (options.script !== null)
        sized.push(await runScript(options.script, session, seeder, source.model, size));
    } finally {
      await session.close();
    }
  }
  const [small, large] = sized;
  const calls = new Map<string, SizedCall[]>();
  for (const [name, results] of small ?? []) {
    const others = large?.get(name) ?? [];
    const pairs = results.flatMap((result, index) => {
      const other = others[index];
      return other === undefined ? [] : [{ small: result, large: other }];
    });
    if (pairs.length > 0) calls.set(name, pairs);
  }
  return { calls };
}

function report(
  info: FunctionInfo,
  pairs: Pairs,
  source: MeasureSource,
  options: MeasureOptions,
  rows: ReadonlyMap<string, Pair>,
): MeasuredFunction {
  const { calls } = pairs;
  const both = (pick: (result: CallResult) => number, sum: (values: number[]) => number): Pair => [
    sum(calls.map((call) => pick(call.small))),
    sum(calls.map((call) => pick(call.large))),
  ];
  const most = (values: number[]) => Math.max(0, ...values);
  const documents = (result: CallResult) => result.documents;
  const compared = compareCalls(calls, info, source.model, source.findings, rows);
  const budget = options.budgets[info.name] ?? null;
  const max = both(documents, most);
  const isMeasured = calls.length > 0;
  return {
    function: info.name,
    kind: info.kind,
    visibility: info.visibility,
    from: pairs.from,
    calls: calls.length,
    verdict: isMeasured
      ? compared.verdict
      : isOutOfReach(pairs.error ?? "")
        ? "left out"
        : "not measured",
    grows: compared.grows,
    documents: isMeasured ? { p50: both(documents, median), max } : null,
    bytes: both((result) => result.bytes, most),
    ranges: both((result) => result.reads.reduce((sum, read) => sum + read.count, 0), most),
    written: both((result) => result.written, most),
    reads: compared.reads,
    findings: [
      ...new Set(
        compared.reads
          .filter((read) => compared.grows.some((item) => item.at === read.at))
          .flatMap((read) => read.rules),
      ),
    ],
    error: pairs.error,
    example: pairs.example,
    budget,
    isOverBudget: budget !== null && Math.max(...max) > budget,
  };
}

function leftOut(info: FunctionInfo, options: MeasureOptions): MeasuredFunction {
  return {
    function: info.name,
    kind: info.kind,
    visibility: info.visibility,
    from: "made up",
    calls: 0,
    verdict: "left out",
    grows: [],
    documents: null,
    bytes: [0, 0],
    ranges: [0, 0],
    written: [0, 0],
    reads: [],
    findings: [],
    error: "HTTP actions take requests, not arguments",
    example: null,
    budget: options.budgets[info.name] ?? null,
    isOverBudget: false,
  };
}
