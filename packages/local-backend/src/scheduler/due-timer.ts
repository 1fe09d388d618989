// A timer for the earliest thing that is due: wakes its owner then, however far away or often rescheduled.

/** Where time comes from; tests give their own. */
export interface SchedulerClock {
  /** ms since 1970 */
  readonly now: () => number;
  /** Calls back once after `delayMs`; the result cancels it. */
  readonly wait: (delayMs: number, callback: () => void) => () => void;
}

export const systemClock: SchedulerClock = {
  now: () => Date.now(),
  wait(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Longer waits are cut into pieces: timers of Node count 31 bits, and laptops sleep. */
const longestWaitMs = 60_000;

export class DueTimer {
  readonly #clock: SchedulerClock;
  readonly #onDue: () => void;
  #dueAt: number | null = null;
  #cancel: (() => void) | null = null;

  constructor(clock: SchedulerClock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Wakes the owner at `at` (ms since 1970) if that is sooner than what is set. */
  sooner(at: number): void {
    if (this.#dueAt === null || at < this.#dueAt) this.set(at);
  }

  /** Replaces what is set; `null` sets nothing. */
  set(at: number | null): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#dueAt = at;
    if (at === null) return;
    const delayMs = Math.min(Math.max(0, at - this.#clock.now()), longestWaitMs);
    this.#cancel = this.#clock.wait(delayMs, () => {
      this.#cancel = null;
      if (at > this.#clock.now()) {
        this.set(at);
        return;
      }
      this.#dueAt = null;
      this.#onDue();
    });
  }
}
