// Five-field cron expressions in UTC: what they mean and when they next match.

/** Allowed values per field, in the order minute, hour, day of month, month, day of week. */
export type CronFields = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether the field was `*`: with both day fields restricted, a day matching either one counts. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
};

const monthNames = [
  "jan",
  "feb",
  "mar",
  "apr",
  "may",
  "jun",
  "jul",
  "aug",
  "sep",
  "oct",
  "nov",
  "dec",
];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const dayMs = 24 * 60 * 60_000;
/** 29 February on a given weekday comes back within 28 years, or 40 around a century without a leap day. */
const searchDays = 366 * 41;

/**
 * Reads `minute hour day-of-month month day-of-week` with `*`, lists, ranges, steps and English names; Sunday is 0 or 7.
 *
 * @throws RangeError naming the field that cannot be read
 */
export function parseCronExpression(text: string): CronFields {
  const parts = text.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = parts;
  if (
    parts.length !== 5 ||
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined
  ) {
    throw new RangeError(
      `\`${text}\` has ${parts.length} fields; expected 5 (minute, hour, day of month, month, day of week)`,
    );
  }
  return {
    minutes: parseField(minute, "minute", 0, 59, []),
    hours: parseField(hour, "hour", 0, 23, []),
    days: new Set(parseField(day, "day of month", 1, 31, [])),
    months: new Set(parseField(month, "month", 1, 12, monthNames)),
    weekdays: new Set(parseField(weekday, "day of week", 0, 7, weekdayNames).map((n) => n % 7)),
    anyDay: day.startsWith("*"),
    anyWeekday: weekday.startsWith("*"),
  };
}

/** The first match strictly after `afterMs`, in ms since 1970, or `null` if the expression matches no day at all. */
export function nextCronMatch(fields: CronFields, afterMs: number): number | null {
  const from = Math.floor(afterMs / 60_000) * 60_000 + 60_000;
  const firstDay = Math.floor(from / dayMs) * dayMs;
  for (let step = 0; step < searchDays; step++) {
    const day = firstDay + step * dayMs;
    if (!matchesDay(fields, new Date(day))) continue;
    for (const hour of fields.hours) {
      for (const minute of fields.minutes) {
        const at = day + (hour * 60 + minute) * 60_000;
        if (at >= from) return at;
      }
    }
  }
  return null;
}

function matchesDay(fields: CronFields, date: Date): boolean {
  if (!fields.months.has(date.getUTCMonth() + 1)) return false;
  const byDay = fields.days.has(date.getUTCDate());
  const byWeekday = fields.weekdays.has(date.getUTCDay());
  return fields.anyDay || fields.anyWeekday ? byDay && byWeekday : byDay || byWeekday;
}

function parseField(
  text: string,
  name: string,
  min: number,
  max: number,
  names: string[],
): number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", stepText, ...rest] = part.split("/");
    const step = stepText === undefined ? 1 : Number(stepText);
    if (rest.length > 0 || !Number.isInteger(step) || step < 1)
      throw unreadable(part, name, min, max);
    const [low, high] = parseRange(range, stepText !== undefined, name, min, max, names);
    for (let value = low; value <= high; value += step) values.add(value);
  }
  return [...values].sort((left, right) => left - right);
}

function parseRange(
  text: string,
  hasStep: boolean,
  name: string,
  min: number,
  max: number,
  names: string[],
): [number, number] {
  if (text === "*") return [min, max];
  const ends = text.split("-").map((end) => {
    const position = names.indexOf(end.toLowerCase());
    if (position >= 0) return position + min;
    return /^\d+$/.test(end) ? Number(end) : Number.NaN;
  });
  const [low = Number.NaN, high = hasStep ? max : low] = ends;
  const isReadable = ends.length <= 2 && low >= min && high <= max && low <= high;
  if (!isReadable) throw unreadable(text, name, min, max);
  return [low, high];
}

function unreadable(text: string, name: string, min: number, max: number): RangeError {
  return new RangeError(
    `\`${text}\` is no ${name}; expected ${min} to ${max}, \`*\`, lists, ranges or steps`,
  );
}
