// Light that burns in real time. A light stores instants, never a countdown, so every device shows the same.
//
//   out --light--> burning --pause--> paused --resume--> burning
//                  burning --time, put out--> out        (a burning light past `expiresAt` is dark)

export type Light =
  | { readonly kind: "burning"; readonly expiresAt: number } // ms since 1970, server clock
  | { readonly kind: "paused"; readonly remainingMs: number }
  | { readonly kind: "out" };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export type LightKind = "torch" | "lantern" | "lightSpell" | "campfire";

/** What each source is called, how long it burns and how far it shines. */
export const lightKinds: Readonly<
  Record<
    LightKind,
    { readonly name: string; readonly durationMs: number; readonly radius: "near" | "double near" }
  >
> = {
  torch: { name: "Torch", durationMs: hourMs, radius: "near" },
  lantern: { name: "Lantern", durationMs: hourMs, radius: "double near" },
  lightSpell: { name: "Light spell", durationMs: hourMs, radius: "near" },
  campfire: { name: "Campfire", durationMs: 8 * hourMs, radius: "near" },
};

/** Minutes left at which a table is warned, most first. */
export const lightWarningMinutes = [10, 5, 1] as const;

/** How long a source burns; in the "blitz" mode half an hour, except for a campfire. */
export function lightDurationMs(kind: LightKind, isBlitz = false): number {
  return isBlitz && kind !== "campfire" ? 30 * minuteMs : lightKinds[kind].durationMs;
}

/** A fresh light. */
export function kindle(kind: LightKind, now: number, isBlitz = false): Light {
  return { kind: "burning", expiresAt: now + lightDurationMs(kind, isBlitz) };
}

/** Milliseconds of light left, 0 or more. */
export function remainingMs(light: Light, now: number): number {
  switch (light.kind) {
    case "burning":
      return Math.max(0, light.expiresAt - now);
    case "paused":
      return Math.max(0, light.remainingMs);
    case "out":
      return 0;
    default:
      return light satisfies never;
  }
}

/** Whether a light shines now. A paused table counts as lit: only its clock stands still. */
export function isLit(light: Light, now: number): boolean {
  return remainingMs(light, now) > 0;
}

/** Stops the clock of a burning light; one burnt out goes out, others stay. */
export function pauseLight(light: Light, now: number): Light {
  if (light.kind !== "burning") return light;
  const left = remainingMs(light, now);
  return left > 0 ? { kind: "paused", remainingMs: left } : { kind: "out" };
}

/** Lets a paused light's clock run again; others stay. */
export function resumeLight(light: Light, now: number): Light {
  if (light.kind !== "paused") return light;
  return light.remainingMs > 0
    ? { kind: "burning", expiresAt: now + light.remainingMs }
    : { kind: "out" };
}

/**
 * Adds (or, negative, takes away) time: the GM's ±1, 5, 10 minutes and "time passes". Down to 0 puts
 * the light out; one that is out, or has burnt out, stays so: light a new one.
 */
export function adjustLight(light: Light, deltaMs: number, now: number): Light {
  const left = remainingMs(light, now);
  if (left === 0) return { kind: "out" };
  const after = left + deltaMs;
  if (after <= 0) return { kind: "out" };
  return light.kind === "paused"
    ? { kind: "paused", remainingMs: after }
    : { kind: "burning", expiresAt: now + after };
}

/** What a screen shows: `Lit, 42 min`, `Lit, 55 s`, `Paused, 12 min` or `Dark`. Started minutes count. */
export function lightLabel(light: Light, now: number): string {
  const left = remainingMs(light, now);
  if (left === 0) return "Dark";
  const time =
    left > minuteMs ? `${Math.ceil(left / minuteMs)} min` : `${Math.ceil(left / 1_000)} s`;
  return `${light.kind === "paused" ? "Paused" : "Lit"}, ${time}`;
}

/**
 * The warning that is due when `now` is the first look since `previousNow`: the smallest of 10, 5 and
 * 1 minutes crossed in between, 0 when the light went out, null when nothing was crossed.
 */
export function crossedWarning(light: Light, previousNow: number, now: number): number | null {
  if (light.kind !== "burning") return null;
  const before = remainingMs(light, previousNow);
  const after = remainingMs(light, now);
  if (before > 0 && after === 0) return 0;
  const crossed = lightWarningMinutes.filter(
    (minutes) => before > minutes * minuteMs && after <= minutes * minuteMs,
  );
  return crossed.length === 0 ? null : Math.min(...crossed);
}

/**
 * The instants at which a burning light needs attention, soonest first: each warning still ahead, then
 * its end. Empty for lights that don't burn.
 */
export function warningInstants(light: Light, now: number): number[] {
  if (light.kind !== "burning") return [];
  return [
    ...lightWarningMinutes.map((minutes) => light.expiresAt - minutes * minuteMs),
    light.expiresAt,
  ].filter((instant) => instant > now);
}
