// Fields that are written again and again on documents that other queries list: each write re-runs them all.
import ts from "typescript6";
import type { CallOccurrence } from "../evaluate/facts.ts";
import type { RuleContext } from "./context.ts";

export function checkHotDocuments(context: RuleContext): void {
  const ticking = tickingFunctions(context);
  for (const write of context.model.writes) {
    if (write.kind !== "patch" || write.fields === null || write.fields.length === 0) continue;
    const ticker = write.callers.find((name) => ticking.has(name));
    const heartbeat = write.fields.every((field) => beatField.test(field))
      ? write.callers.find(isHeartbeat)
      : undefined;
    const often = ticker ?? heartbeat;
    if (often === undefined) continue;
    const lists = context.model.reads.filter(
      (read) =>
        read.table === write.table &&
        (read.consumer.kind === "collect" ||
          read.consumer.kind === "paginate" ||
          read.consumer.kind === "take") &&
        read.callers.some((name) => context.function(name)?.kind === "query"),
    );
    if (lists.length === 0) continue;
    const names = [...new Set(lists.flatMap((read) => read.callers))].slice(0, 4);
    const singular = write.table.replace(/s$/, "");
    context.add(
      "schema/hot-document",
      write.at,
      `\`${often}\` patches \`${write.fields.join("`, `")}\` of \`${write.table}\` again and again, and each time re-runs the queries that list the table (${names.join(", ")}). Keep the field in a table of its own, keyed by the document.`,
      {
        fix: {
          title: "Split the field off",
          automatic: false,
          edits: [],
          code: `${write.table}Activity: defineTable({ ${singular}Id: v.id(${JSON.stringify(write.table)}), ${write.fields.map((field) => `${field}: v.number()`).join(", ")} }).index("by_${singular}Id", ["${singular}Id"]),`,
        },
      },
    );
  }
}

const beatField =
  /(At|Time|Seen|Active|Ping|Activity|typing|position|cursor|status|presence|heartbeat|online|isOnline|isTyping)$/i;

/** `heartbeat`, `updatePresence`, `setTyping`: the word stands by itself, not as a part of `shipping`. */
function isHeartbeat(name: string): boolean {
  const words = (name.split(":").at(-1) ?? "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[\s_]+/);
  const text = words.join(" ");
  return (
    words.some((word) =>
      /^(heartbeat|ping|presence|keepalive|touch|typing|beat|online)$/.test(word),
    ) || /last seen|last active|keep alive|heart beat|cursor (position|move)|move cursor/.test(text)
  );
}

/** Functions that run every few minutes or more often: by a cron, or by scheduling themselves. */
function tickingFunctions(context: RuleContext): Set<string> {
  const names = new Set<string>();
  for (const call of context.facts.calls) {
    if (call.target === null || !ts.isCallExpression(call.node)) continue;
    if (call.via === "cron" && isOften(call.node)) names.add(call.target);
    if (call.via === "schedule" && isOwnTarget(context, call) && waitsShortly(call.node))
      names.add(call.target);
  }
  return names;
}

const oftenMinutes = 5;

/** `interval(name, { seconds: 5 }, …)`, `cron(name, "* * * * *", …)`. */
function isOften(node: ts.CallExpression): boolean {
  const schedule = node.arguments[1];
  if (schedule === undefined) return false;
  if (ts.isStringLiteralLike(schedule)) {
    const step = /^(?:\*|\*\/(\d+))\s/.exec(schedule.text.trim());
    return step !== null && Number(step[1] ?? 1) <= oftenMinutes;
  }
  if (!ts.isObjectLiteralExpression(schedule)) return false;
  const amount = (unit: string): number => {
    const property = schedule.properties.find((item) => item.name?.getText() === unit);
    return property !== undefined &&
      ts.isPropertyAssignment(property) &&
      ts.isNumericLiteral(property.initializer)
      ? Number(property.initializer.text)
      : 0;
  };
  const minutes = amount("hours") * 60 + amount("minutes") + amount("seconds") / 60;
  return minutes > 0 && minutes <= oftenMinutes;
}

function isOwnTarget(context: RuleContext, call: CallOccurrence): boolean {
  return call.entry !== null && context.analysis.entries.get(call.target ?? "") === call.entry;
}

/** A wait of its own, not the next batch of a job that is due at once. */
function waitsShortly(node: ts.CallExpression): boolean {
  const delay = node.arguments[0];
  if (delay === undefined || !ts.isNumericLiteral(delay)) return false;
  const delayMs = Number(delay.text.replaceAll("_", ""));
  return delayMs > 0 && delayMs <= oftenMinutes * 60_000;
}
