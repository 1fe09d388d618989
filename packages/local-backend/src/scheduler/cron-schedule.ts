// The schedules of `crons.ts` as they are exported, and when each next runs.
import { createHash } from "node:crypto";
import type { Json } from "../values/json.ts";
import { nextCronMatch, parseCronExpression, type CronFields } from "./cron-expression.ts";

export type CronSchedule =
  | { readonly kind: "interval"; readonly everyMs: number }
  | { readonly kind: "calendar"; readonly fields: CronFields; readonly delayMs: number };

export type CronSpec = {
  readonly identifier: string;
  /** `dir/file:fn` */
  readonly functionPath: string;
  readonly args: Json[];
  readonly schedule: CronSchedule;
  /** Equal for equal specifications, so that a push can tell what changed. */
  readonly fingerprint: string;
};

/** A cron job that a push must refuse. */
export class CronError extends Error {
  constructor(identifier: string, message: string) {
    super(`Cron job \`${identifier}\`: ${message}`);
    this.name = "CronError";
  }
}

/**
 * Reads one job as `crons.export()` gives it.
 *
 * @throws CronError when its schedule cannot be read
 */
export function parseCron(job: {
  identifier: string;
  name: string;
  args: Json[];
  schedule: { [field: string]: Json };
}): CronSpec {
  const { identifier, name, args, schedule } = job;
  return {
    identifier,
    functionPath: name,
    args,
    schedule: parseSchedule(identifier, schedule),
    fingerprint: createHash("sha256")
      .update(JSON.stringify([name, args, schedule]))
      .digest("hex"),
  };
}

/**
 * When a job runs next, in ms since 1970. `previous` is the run before (`null`: never ran; an interval job then runs at
 * once). Missed runs are skipped, not replayed: but for a job that never ran, the answer lies after `now`. `null`: never.
 */
export function nextRun(
  schedule: CronSchedule,
  previous: number | null,
  now: number,
): number | null {
  switch (schedule.kind) {
    case "interval": {
      if (previous === null) return now;
      const passed = Math.max(0, Math.floor((now - previous) / schedule.everyMs));
      return previous + (passed + 1) * schedule.everyMs;
    }
    case "calendar": {
      // The delay shifts every match by the same amount, so the search runs on unshifted time.
      const from = Math.max(previous ?? now, now) - schedule.delayMs;
      const match = nextCronMatch(schedule.fields, from);
      return match === null ? null : match + schedule.delayMs;
    }
    default:
      return schedule satisfies never;
  }
}

function parseSchedule(identifier: string, schedule: { [key: string]: Json }): CronSchedule {
  const number = (name: string, min: number, max: number): number => {
    const value = schedule[name];
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max)
      return value;
    throw new CronError(
      identifier,
      `\`${name}\` is ${JSON.stringify(value) ?? "missing"}; expected a whole number from ${min} to ${max}`,
    );
  };
  const calendar = (expression: string, withinMs: number): CronSchedule => {
    try {
      return {
        kind: "calendar",
        fields: parseCronExpression(expression),
        delayMs: stableDelay(identifier, withinMs),
      };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CronError(identifier, error.message);
    }
  };
  // Without a given minute the job may run anywhere in the hour, as on Convex.
  const hasMinute = typeof schedule["minuteUTC"] === "number";
  const minute = () => (hasMinute ? number("minuteUTC", 0, 59) : 0);
  const within = hasMinute ? 60_000 : 60 * 60_000;
  const type = schedule["type"];
  switch (type) {
    case "interval":
      return { kind: "interval", everyMs: intervalMs(identifier, schedule) };
    case "hourly":
      return calendar(`${minute()} * * * *`, within);
    case "daily":
      return calendar(`${minute()} ${number("hourUTC", 0, 23)} * * *`, within);
    case "weekly": {
      const day = schedule["dayOfWeek"];
      if (typeof day !== "string" || !weekdays.includes(day)) {
        throw new CronError(
          identifier,
          `\`dayOfWeek\` is ${JSON.stringify(day)}; expected ${weekdays.join(", ")}`,
        );
      }
      return calendar(
        `${minute()} ${number("hourUTC", 0, 23)} * * ${weekdays.indexOf(day)}`,
        within,
      );
    }
    case "monthly":
      return calendar(
        `${minute()} ${number("hourUTC", 0, 23)} ${number("day", 1, 31)} * *`,
        within,
      );
    case "cron":
      if (typeof schedule["cron"] !== "string")
        throw new CronError(identifier, "`cron` must be a text");
      return calendar(schedule["cron"], 60_000);
    default:
      throw new CronError(identifier, `unknown kind of schedule ${JSON.stringify(type)}`);
  }
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function intervalMs(identifier: string, schedule: { [key: string]: Json }): number {
  const units: [string, number][] = [
    ["seconds", 1000],
    ["minutes", 60_000],
    ["hours", 3_600_000],
  ];
  for (const [name, ms] of units) {
    const value = schedule[name];
    if (value === undefined) continue;
    if (typeof value === "number" && value > 0) return value * ms;
    throw new CronError(
      identifier,
      `\`${name}\` is ${JSON.stringify(value)}; expected a positive number`,
    );
  }
  throw new CronError(identifier, "an interval needs `seconds`, `minutes` or `hours`");
}

/** The same job always waits the same part of the minute or hour, so that jobs do not all start at once. */
function stableDelay(identifier: string, withinMs: number): number {
  const hash = createHash("sha256").update(identifier).digest().readUInt32LE(0);
  return Math.floor((hash / 2 ** 32) * withinMs);
}
