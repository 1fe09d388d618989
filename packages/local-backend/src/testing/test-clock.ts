// The engine's clock in tests: the test's own `Date`, fake or not, with microseconds, so that a clock that stands still still
// tells which document was made first.

/** Milliseconds since 1970, never the same twice, unless the test sets its clock back. */
export class TestClock {
  #last = 0;

  now(): number {
    const now = Date.now();
    // Calls within one millisecond are told apart by microseconds; a clock that was set back starts anew.
    const isSetBack = now < this.#last - 1_000;
    this.#last = now > this.#last || isSetBack ? now : this.#last + 0.001;
    return this.#last;
  }
}
