// How many documents a table can hold: a number, one, or growing without end; and which evidence says so.
import type { Config } from "../project/config.ts";
import type { Model, Read, Write } from "./model.ts";

export type Boundness =
  { kind: "bounded"; max: number; because: string } | { kind: "growing"; because: string };

/** The verdict on every table of the schema. */
export function boundnessOf(model: Model, config: Config): Map<string, Boundness> {
  const open = openFunctions(model);
  const result = new Map<string, Boundness>();
  for (const { name } of model.schema.tables) result.set(name, verdict(model, config, name, open));
  return result;
}

function verdict(
  model: Model,
  config: Config,
  table: string,
  open: ReadonlySet<string>,
): Boundness {
  const declared = config.tables[table];
  if (declared !== undefined) {
    return declared.maxDocuments <= config.smallTable
      ? {
          kind: "bounded",
          max: declared.maxDocuments,
          because: `the configuration says at most ${declared.maxDocuments} documents`,
        }
      : {
          kind: "growing",
          because: `the configuration says up to ${declared.maxDocuments} documents`,
        };
  }
  const inserts = model.writes.filter((write) => write.kind === "insert" && write.table === table);
  const unknownInserts = model.writes.some(
    (write) => write.kind === "insert" && write.table === "?",
  );
  if (inserts.length === 0 || unknownInserts)
    return { kind: "growing", because: "nothing bounds what is inserted" };
  if (isSingleton(model, table)) {
    return {
      kind: "bounded",
      max: 1,
      because: "it is only read as one document, and inserted only when there is none",
    };
  }
  const sole = model.reads.find((read) => read.table === table && isSoleRead(read));
  if (sole !== undefined) {
    return {
      kind: "bounded",
      max: 1,
      because: `\`unique\` without a range at ${sole.at.file}:${sole.at.line} fails from the second document on`,
    };
  }
  let total = 0;
  for (const insert of inserts) {
    const size = literalSize(insert);
    if (
      size === null ||
      insert.callers.length === 0 ||
      (insert.firstFill !== true && insert.callers.some((name) => open.has(name)))
    )
      return {
        kind: "growing",
        because: `documents are inserted at ${insert.at.file}:${insert.at.line}`,
      };
    total += size;
  }
  return total <= config.smallTable
    ? {
        kind: "bounded",
        max: total,
        because: inserts.every((insert) => insert.firstFill === true)
          ? `documents are inserted only while there are none, ${total} at most`
          : `only seeding code inserts, from a literal list of ${total}`,
      }
    : { kind: "growing", because: `seeding inserts ${total} documents` };
}

/** Documents one run of a seeding insert makes, when it walks literals only. */
function literalSize(insert: Write): number | null {
  if (insert.loops.length === 0) return insert.firstFill === true ? 1 : null;
  let size = 1;
  for (const loop of insert.loops) {
    if (loop.over !== "literal" || loop.size === undefined) return null;
    size *= loop.size;
  }
  return size;
}

/** `unique` over the whole table: the program says there is no second document. */
function isSoleRead(read: Read): boolean {
  return read.source === "scan" && read.consumer.kind === "unique" && read.residual.length === 0;
}

function isSingleton(model: Model, table: string): boolean {
  const reads = model.reads.filter((read) => read.table === table && read.source !== "get");
  if (reads.length === 0) return false;
  const whole = reads.every(
    (read) =>
      read.source === "scan" &&
      read.residual.length === 0 &&
      (read.consumer.kind === "first" || read.consumer.kind === "unique" || usesOne(read)),
  );
  if (!whole) return false;
  const inserts = model.writes.filter((write) => write.kind === "insert" && write.table === table);
  return inserts.every(
    (insert) =>
      insert.loops.length === 0 &&
      insert.callers.length > 0 &&
      insert.callers.every((name) => reads.some((read) => read.callers.includes(name))),
  );
}

/** `collect` of which only the first row is looked at. */
function usesOne(read: Read): boolean {
  return (
    read.uses.length > 0 &&
    read.uses.every(
      (use) =>
        use.stages.length === 0 &&
        (use.byLength === true || (use.end === "first-element" && (use.limitText ?? "1") === "1")),
    )
  );
}

/** Functions that can run again and again: public and HTTP ones, crons, and what they call. */
export function openFunctions(model: Model): Set<string> {
  const open = new Set<string>();
  const queue = model.functions.filter((f) => f.visibility !== "internal").map((f) => f.name);
  for (const call of model.calls) if (call.via === "cron") queue.push(call.target);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (open.has(name)) continue;
    open.add(name);
    for (const call of model.calls) if (call.callers.includes(name)) queue.push(call.target);
  }
  return open;
}
