// A clock that moves when a test says so, for everything that waits.
import type { SchedulerClock } from "../src/scheduler/due-timer.ts";

export interface ManualClock extends SchedulerClock {
  /** Moves time on and calls back whatever became due, earliest first. */
  advance(ms: number): void;
}

export function manualClock(start = Date.UTC(2026, 0, 1, 12)): ManualClock {
  let now = start;
  const waiting = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    wait(delayMs, callback) {
      const entry = { at: now + delayMs, callback };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...waiting]
          .filter(({ at }) => at <= end)
          .sort((left, right) => left.at - right.at);
        if (next === undefined) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = end;
    },
  };
}
