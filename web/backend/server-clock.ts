// Measures how far the server's clock is from this device's, so that torches show the same on every screen.

/** Answers slower than this say nothing useful about the clock. */
const SLOWEST_ANSWER_MS = 3_000;
const SAMPLES = 3;

/**
 * Asks the server for its time a few times and trusts the quickest answer.
 *
 * @param ask - gives the server's time, ms since 1970
 * @param deviceNow - gives the device's time, ms since 1970
 * @returns milliseconds to add to the device's time; `null` if every answer was too slow
 */
export async function measureOffset(
  ask: () => Promise<number>,
  deviceNow: () => number,
): Promise<number | null> {
  let best: { offset: number; took: number } | null = null;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const sent = deviceNow();
    const server = await ask();
    const received = deviceNow();
    const took = received - sent;
    // Half the way there, half the way back: the best guess for when the server looked at its clock.
    const offset = server - (sent + received) / 2;
    if (took <= SLOWEST_ANSWER_MS && (best === null || took < best.took)) best = { offset, took };
  }
  return best === null ? null : Math.round(best.offset);
}

/** The server's time as this device knows it; those who listen are told every second and after a correction. */
export class ServerClock {
  readonly #deviceNow: () => number;
  readonly #listeners = new Set<() => void>();
  #offsetMs = 0;
  #second: number;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(deviceNow: () => number) {
    this.#deviceNow = deviceNow;
    this.#second = this.#read();
  }

  /** Server time in ms since 1970, cut to the second; changes only when listeners are told. */
  readonly now = (): number => this.#second;

  correct(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#tick();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#tick(), 1_000);
    this.#tick();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0 && this.#timer !== null) {
        clearInterval(this.#timer);
        this.#timer = null;
      }
    };
  };

  #tick(): void {
    const second = this.#read();
    if (second === this.#second) return;
    this.#second = second;
    for (const listener of this.#listeners) listener();
  }

  #read(): number {
    return Math.floor((this.#deviceNow() + this.#offsetMs) / 1_000) * 1_000;
  }
}
