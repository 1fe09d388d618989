// Arrays in documents that get an element more with each call, and that nothing holds to a length.
import { optionsOf, type Value } from "../evaluate/values.ts";
import type { WriteOccurrence } from "../evaluate/facts.ts";
import { nameOf, type RuleContext } from "./context.ts";

export function checkGrowingArrays(context: RuleContext): void {
  const told = new Set<string>();
  for (const write of context.facts.writes) {
    if (write.kind !== "patch" && write.kind !== "replace") continue;
    if (write.value === null || write.table === "?") continue;
    if (write.entry !== null && !context.openFunctions.has(nameOf(context, write.entry))) continue;
    for (const { path, value } of writtenPaths(write.value, "")) {
      const key = `${write.table}.${path}`;
      if (told.has(key) || !growsBy(context, write, path, value)) continue;
      if (isLimited(context, write, path) || isEmptied(context, write.table, path)) continue;
      told.add(key);
      report(context, write, path);
    }
  }
}

/** Every path an object sets, with what it sets it to; lists are not gone into. */
function* writtenPaths(value: Value, prefix: string): Generator<{ path: string; value: Value }> {
  for (const option of optionsOf(value)) {
    if (option.k !== "object") continue;
    for (const [name, item] of option.props) {
      const path = prefix === "" ? name : `${prefix}.${name}`;
      yield { path, value: item };
      yield* writtenPaths(item, path);
    }
  }
}

function growsBy(
  context: RuleContext,
  write: WriteOccurrence,
  path: string,
  value: Value,
): boolean {
  return optionsOf(value).some((part) => {
    if (part.k === "array")
      return part.extendsField?.path === path && part.extendsField.table === write.table;
    return (
      part.k === "field" &&
      part.table === write.table &&
      part.path.join(".") === path &&
      context.facts.pushedFields.some(
        (pushed) =>
          pushed.table === part.table && pushed.path === path && pushed.entry === write.entry,
      )
    );
  });
}

/** The same function holds the length of the array against a limit. */
function isLimited(context: RuleContext, write: WriteOccurrence, path: string): boolean {
  return context.facts.lengthChecks.some(
    (check) => check.table === write.table && check.path === path && check.entry === write.entry,
  );
}

/** Some write sets the array to an empty one: it is filled and emptied in turn. */
function isEmptied(context: RuleContext, table: string, path: string): boolean {
  return context.facts.writes.some((write) => {
    if (write.table !== table || write.value === null || write.kind === "insert") return false;
    return [...writtenPaths(write.value, "")].some(
      (item) =>
        item.path === path &&
        optionsOf(item.value).some(
          (part) => part.k === "array" && part.exact && part.elements.length === 0,
        ),
    );
  });
}

/** Some write takes elements out or sets the array as a whole: how long it gets depends on what users do. */
function isShortened(context: RuleContext, table: string, path: string): boolean {
  return context.facts.writes.some((write) => {
    if (write.table !== table || write.value === null || write.kind === "insert") return false;
    return [...writtenPaths(write.value, "")].some(
      (item) =>
        item.path === path &&
        optionsOf(item.value).some(
          (part) =>
            part.k === "arg" ||
            part.k === "derived" ||
            part.k === "unknown" ||
            (part.k === "array" && part.extendsField === undefined),
        ),
    );
  });
}

function report(context: RuleContext, write: WriteOccurrence, path: string): void {
  const { table } = write;
  const singular = table.replace(/s$/, "");
  const field = path.split(".").at(-1) ?? path;
  const child = `${singular}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const parent = `${singular}Id`;
  context.add(
    "schema/growing-array",
    context.span(write.node),
    `\`${table}.${path}\` gets longer with every call and nothing limits its length: each write rewrites the whole document, every reader of the document re-runs, and at 8,192 elements or 1 MiB the write fails. Keep the elements as rows of a table \`${child}\` with an index on \`${parent}\`, or cap it.`,
    {
      severity: isShortened(context, table, path) ? "info" : "warning",
      symbol: `${table}.${path}`,
      identity: `${table}.${path}`,
      fix: {
        title: `Child table \`${child}\``,
        automatic: false,
        edits: [],
        code: `${child}: defineTable({ ${parent}: v.id(${JSON.stringify(table)}), /* the element's fields */ }).index("by_${parent}", ["${parent}"]),`,
      },
    },
  );
}
