// When cron jobs run next.
import { describe, expect, test } from "vitest";
import { nextCronMatch, parseCronExpression } from "./cron-expression.ts";
import { nextRun, parseCron, type CronSpec } from "./cron-schedule.ts";

const at = (text: string) => Date.parse(text);

describe("a cron expression", () => {
  const cases: [string, string, string][] = [
    ["* * * * *", "2026-01-01T00:00:30Z", "2026-01-01T00:01:00Z"],
    ["15 7 * * *", "2026-01-01T07:15:00Z", "2026-01-02T07:15:00Z"],
    ["*/20 9-10 * * *", "2026-01-01T09:41:00Z", "2026-01-01T10:00:00Z"],
    ["0 0 31 * *", "2026-02-01T00:00:00Z", "2026-03-31T00:00:00Z"],
    ["0 0 * * sun", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["0 12 13 * FRI", "2026-01-01T13:00:00Z", "2026-01-02T12:00:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["5,10 0 1 jan,jul *", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z"],
  ];
  test.each(cases)("%s after %s is %s", (expression, after, expected) => {
    const match = nextCronMatch(parseCronExpression(expression), at(after));
    expect(match === null ? null : new Date(match).toISOString()).toBe(
      at(expected) && new Date(at(expected)).toISOString(),
    );
  });

  test("that fits no day never comes", () => {
    expect(nextCronMatch(parseCronExpression("0 0 31 2 *"), at("2026-01-01T00:00:00Z"))).toBeNull();
  });

  test.each([
    ["* * * *"],
    ["60 * * * *"],
    ["* 24 * * *"],
    ["* * 0 * *"],
    ["* * * 13 *"],
    ["* * * * 8"],
    ["a * * * *"],
    ["*/0 * * * *"],
    ["5-1 * * * *"],
  ])("%j is refused", (expression) => {
    expect(() => parseCronExpression(expression)).toThrow(RangeError);
  });
});

function spec(schedule: Record<string, string | number>): CronSpec {
  return parseCron({ identifier: "job", name: "jobs:run", args: [{}], schedule });
}

describe("a schedule", () => {
  const now = at("2026-01-01T10:30:00Z");

  test("of an interval runs at once, then at its own pace, skipping what was missed", () => {
    const { schedule } = spec({ type: "interval", minutes: 10 });
    expect(nextRun(schedule, null, now)).toBe(now);
    expect(nextRun(schedule, now, now)).toBe(now + 600_000);
    expect(nextRun(schedule, now, now + 3_700_000)).toBe(now + 4_200_000);
  });

  const calendars: [Record<string, string | number>, string, number][] = [
    [{ type: "hourly", minuteUTC: 15 }, "2026-01-01T11:15:00Z", 60_000],
    [{ type: "daily", hourUTC: 9, minuteUTC: 0 }, "2026-01-02T09:00:00Z", 60_000],
    [{ type: "daily", hourUTC: 9 }, "2026-01-02T09:00:00Z", 3_600_000],
    [
      { type: "weekly", dayOfWeek: "monday", hourUTC: 8, minuteUTC: 30 },
      "2026-01-05T08:30:00Z",
      60_000,
    ],
    [{ type: "monthly", day: 31, hourUTC: 0, minuteUTC: 0 }, "2026-01-31T00:00:00Z", 60_000],
    [{ type: "cron", cron: "0 12 * * *" }, "2026-01-01T12:00:00Z", 60_000],
  ];
  test.each(calendars)("%j runs within its window", (schedule, start, windowMs) => {
    const next = nextRun(spec(schedule).schedule, null, now) ?? 0;
    expect(next).toBeGreaterThanOrEqual(at(start));
    expect(next).toBeLessThan(at(start) + windowMs);
  });

  test("runs once in each period", () => {
    const { schedule } = spec({ type: "daily", hourUTC: 9 });
    const first = nextRun(schedule, null, now) ?? 0;
    expect(nextRun(schedule, first, first)).toBe(first + 24 * 3_600_000);
  });

  const wrong: [Record<string, string | number>, RegExp][] = [
    [{ type: "interval" }, /needs `seconds`, `minutes` or `hours`/],
    [{ type: "interval", seconds: 0 }, /positive/],
    [
      { type: "daily", hourUTC: 24, minuteUTC: 0 },
      /`hourUTC` is 24; expected a whole number from 0 to 23/,
    ],
    [{ type: "weekly", dayOfWeek: "noday", hourUTC: 1, minuteUTC: 0 }, /`dayOfWeek`/],
    [{ type: "cron", cron: "x" }, /1 fields/],
    [{ type: "yearly" }, /unknown kind/],
  ];
  test.each(wrong)("%j is refused", (schedule, message) => {
    expect(() => spec(schedule)).toThrow(message);
  });
});
