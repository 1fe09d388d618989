import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { measureOffset, ServerClock } from "./server-clock";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A device whose clock the test moves, and a server that is `ahead` of it and answers after the given delays. */
function table(ahead: number, delays: number[]) {
  let device = 1_000_000;
  return {
    deviceNow: () => device,
    ask: () => {
      const delay = delays.shift() ?? 0;
      const serverTime = device + delay / 2 + ahead;
      device += delay;
      return Promise.resolve(serverTime);
    },
  };
}

test("the offset is what the server is ahead, half the way there and back taken into account", async () => {
  const { ask, deviceNow } = table(90_000, [40, 10, 20]);
  expect(await measureOffset(ask, deviceNow)).toBe(90_000);
});

test("a slow answer is not trusted when a quick one came too", async () => {
  const { deviceNow, ask } = table(500, [2_900, 10, 10]);
  let isFirst = true;
  const skewed = async () => {
    const time = await ask();
    const answer = isFirst ? time + 1_400 : time;
    isFirst = false;
    return answer;
  };
  expect(await measureOffset(skewed, deviceNow)).toBe(500);
});

test("answers that all took too long leave the clock alone", async () => {
  const { ask, deviceNow } = table(500, [5_000, 5_000, 5_000]);
  expect(await measureOffset(ask, deviceNow)).toBeNull();
});

test("listeners hear every second and every correction, and the timer stops with the last of them", () => {
  let device = 10_500;
  const clock = new ServerClock(() => device);
  const seen: number[] = [];
  const stop = clock.subscribe(() => seen.push(clock.now()));
  device = 11_600;
  vi.advanceTimersByTime(1_000);
  clock.correct(60_000);
  expect(seen).toEqual([11_000, 71_000]);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});
