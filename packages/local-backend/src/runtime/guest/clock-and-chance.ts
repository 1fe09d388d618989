// Date, Math.random, performance and crypto's random values as queries and mutations have them: a clock that stands still and
// randomness seeded per execution.
import type { RealmHost } from "./realm-host.ts";

const RealDate = Date;

/** Replaces the realm's clock and randomness; the result's `restart` begins a new execution. */
export function installClockAndChance(host: RealmHost): { restart: () => void } {
  installDate(host);
  const random = seededRandom(host);
  Object.defineProperty(Math, "random", {
    value: function random_() {
      return random.next();
    },
    writable: true,
    configurable: true,
  });
  define("performance", {
    now: () => host.performanceNow(),
    timeOrigin: 0,
    mark: () => undefined,
    measure: () => undefined,
  });
  return { restart: random.restart };
}

export function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function installDate(host: RealmHost): void {
  function FrozenDate(this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(host.now()).toString();
    const values = parts.length === 0 ? [host.now()] : parts;
    return Reflect.construct(RealDate, values, new.target);
  }
  Object.defineProperty(FrozenDate, "name", { value: "Date" });
  Object.defineProperty(FrozenDate, "length", { value: 7 });
  Object.defineProperty(FrozenDate, "prototype", { value: RealDate.prototype, writable: false });
  for (const [name, value] of Object.entries({
    now: () => host.now(),
    parse: RealDate.parse,
    UTC: RealDate.UTC,
  })) {
    Object.defineProperty(FrozenDate, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(RealDate.prototype, "constructor", {
    value: FrozenDate,
    writable: true,
    configurable: true,
  });
  define("Date", FrozenDate);
}

/** sfc32: fast, good statistics; not for secrets, which come from `crypto.getRandomValues`. Seeded on first use. */
function seededRandom(host: RealmHost): { next: () => number; restart: () => void } {
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 1;
  let isSeeded = false;
  const step = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  return {
    next() {
      if (!isSeeded) {
        const seed = new Uint8Array(12);
        host.fillRandom(seed);
        const view = new DataView(seed.buffer);
        a = view.getInt32(0);
        b = view.getInt32(4);
        c = view.getInt32(8);
        counter = 1;
        isSeeded = true;
        for (let i = 0; i < 12; i++) step();
      }
      return ((step() >>> 5) * 67_108_864 + (step() >>> 6)) / 9_007_199_254_740_992;
    },
    restart() {
      isSeeded = false;
    },
  };
}
