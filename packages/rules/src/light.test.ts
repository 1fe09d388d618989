import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  adjustLight,
  crossedWarning,
  isLit,
  kindle,
  lightDurationMs,
  lightLabel,
  pauseLight,
  remainingMs,
  resumeLight,
  warningInstants,
  type Light,
} from "./light.ts";

const minute = 60_000;
const now = 1_750_000_000_000;
const torch: Light = { kind: "burning", expiresAt: now + 42 * minute };

test("a torch burns an hour, a campfire eight; blitz halves all but the campfire", () => {
  expect(lightDurationMs("torch")).toBe(60 * minute);
  expect(lightDurationMs("lightSpell", true)).toBe(30 * minute);
  expect(lightDurationMs("campfire", true)).toBe(480 * minute);
  expect(kindle("lantern", now)).toEqual({ kind: "burning", expiresAt: now + 60 * minute });
});

test("what is left follows from the instants alone", () => {
  expect(remainingMs(torch, now + 2 * minute)).toBe(40 * minute);
  expect(remainingMs(torch, now + 99 * minute)).toBe(0);
  expect(remainingMs({ kind: "paused", remainingMs: 5 }, now)).toBe(5);
  expect(remainingMs({ kind: "out" }, now)).toBe(0);
  expect([isLit(torch, now), isLit(torch, now + 42 * minute)]).toEqual([true, false]);
});

describe("pausing and resuming", () => {
  test("keeps what is left, however long the pause", () => {
    fc.assert(
      fc.property(fc.nat(120 * minute), fc.nat(500 * minute), (waited, paused) => {
        const stopped = pauseLight(torch, now + waited);
        const later = now + waited + paused;
        expect(remainingMs(resumeLight(stopped, later), later)).toBe(
          remainingMs(torch, now + waited),
        );
      }),
    );
  });

  test("a burnt out light goes out; others stay as they are", () => {
    expect(pauseLight(torch, now + 42 * minute)).toEqual({ kind: "out" });
    expect(resumeLight({ kind: "paused", remainingMs: 0 }, now)).toEqual({ kind: "out" });
    expect(resumeLight(torch, now)).toBe(torch);
    expect(pauseLight({ kind: "out" }, now)).toEqual({ kind: "out" });
  });
});

describe("adjusting", () => {
  test("moves the end of a burning light and the rest of a paused one", () => {
    expect(remainingMs(adjustLight(torch, -10 * minute, now), now)).toBe(32 * minute);
    expect(adjustLight({ kind: "paused", remainingMs: minute }, 5 * minute, now)).toEqual({
      kind: "paused",
      remainingMs: 6 * minute,
    });
  });

  test("down to nothing puts it out, and what is out stays out", () => {
    expect(adjustLight(torch, -42 * minute, now)).toEqual({ kind: "out" });
    expect(adjustLight({ kind: "out" }, 10 * minute, now)).toEqual({ kind: "out" });
    expect(adjustLight(torch, 10 * minute, now + 50 * minute)).toEqual({ kind: "out" });
  });
});

const labels: [light: Light, at: number, label: string][] = [
  [torch, now, "Lit, 42 min"],
  [torch, now + 1, "Lit, 42 min"],
  [torch, now + 41 * minute, "Lit, 60 s"],
  [torch, now + 42 * minute - 5_500, "Lit, 6 s"],
  [torch, now + 42 * minute, "Dark"],
  [{ kind: "paused", remainingMs: 12 * minute }, now, "Paused, 12 min"],
  [{ kind: "out" }, now, "Dark"],
];

test.each(labels)("%j at %i is labelled %j", (light, at, label) => {
  expect(lightLabel(light, at)).toBe(label);
});

describe("warnings", () => {
  const end = torch.kind === "burning" ? torch.expiresAt : 0;

  test.each([
    [11, 10, 10],
    [12, 11, null],
    [10, 9, null],
    [5.5, 5, 5],
    [12, 3, 5],
    [1.1, 0.9, 1],
    [1.1, 0, 0],
    [20, -3, 0],
    [-1, -2, null],
  ])("from %d to %d minutes left warns %s", (before, after, warning) => {
    expect(crossedWarning(torch, end - before * minute, end - after * minute)).toBe(warning);
  });

  test("a paused or dark light never warns", () => {
    expect(crossedWarning({ kind: "paused", remainingMs: 5 }, 0, now)).toBeNull();
    expect(warningInstants({ kind: "out" }, now)).toEqual([]);
  });

  test("the instants ahead are those not past, soonest first, the end last", () => {
    expect(warningInstants(torch, end - 6 * minute)).toEqual([end - 5 * minute, end - minute, end]);
  });
});
