// Says in words how a light stands, for labels, live announcements and the ring's own text.
import { remainingMs, type Light } from "@torchkeeper/rules";

const MINUTE_MS = 60_000;

/** A light of the table, as every screen draws it. */
export type TableLight = {
  _id: string;
  name: string;
  bearerName: string | null;
  state: Light;
  /** How long it burns from new, in milliseconds. */
  durationMs: number;
};

/** Whole minutes begun, so that a fresh torch says 60 and the last minute says 1; 0 only when it is over. */
export function minutesLeft(milliseconds: number): number {
  return Math.max(0, Math.ceil(milliseconds / MINUTE_MS));
}

/** For instance "Torch, 23 minutes left" or "Lantern of Mira, paused with 4 minutes left". */
export function lightWords(light: TableLight, now: number): string {
  const name = light.bearerName === null ? light.name : `${light.name} of ${light.bearerName}`;
  const minutes = minutesLeft(remainingMs(light.state, now));
  const count = minutes === 1 ? "1 minute" : `${String(minutes)} minutes`;
  switch (light.state.kind) {
    case "burning":
      return minutes === 0 ? `${name}, out` : `${name}, ${count} left`;
    case "paused":
      return `${name}, paused with ${count} left`;
    case "out":
      return `${name}, out`;
    default:
      return light.state satisfies never;
  }
}

/**
 * The light that keeps darkness away longest: burning before paused, then the most time left.
 * `null` when none has time left.
 */
export function longestLight<L extends TableLight>(lights: readonly L[], now: number): L | null {
  let best: L | null = null;
  for (const light of lights) {
    if (remainingMs(light.state, now) <= 0) continue;
    if (best === null || outlasts(light, best, now)) best = light;
  }
  return best;
}

/** True when lights were lit and none has time left. A table that has not lit one yet is not in darkness. */
export function isDark(lights: readonly TableLight[], now: number): boolean {
  return lights.length > 0 && longestLight(lights, now) === null;
}

function outlasts(light: TableLight, other: TableLight, now: number): boolean {
  const burns = light.state.kind === "burning";
  const otherBurns = other.state.kind === "burning";
  if (burns !== otherBurns) return burns;
  return remainingMs(light.state, now) > remainingMs(other.state, now);
}
