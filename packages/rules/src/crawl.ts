// Crawling: danger, when an encounter check is due, what turns up, and what passing time does. Rule: quickstart rules.
import { readTable, rollDie, rollSum, type Rng } from "./random.ts";

export const dangerLevels = ["safe", "unsafe", "risky", "deadly"] as const;

export type DangerLevel = (typeof dangerLevels)[number];

/** Rounds (hours, overland and while resting) between encounter checks; null for no checks. */
export const checkInterval: Readonly<Record<DangerLevel, number | null>> = {
  safe: null,
  unsafe: 3,
  risky: 2,
  deadly: 1,
};

/** Danger as it counts: total darkness is deadly whatever the place. */
export function effectiveDanger(danger: DangerLevel, isDark: boolean): DangerLevel {
  return isDark ? "deadly" : danger;
}

/**
 * Whether an encounter check is due.
 *
 * @param roundsSinceCheck - rounds ended since the last check, or since crawling began
 */
export function isEncounterCheckDue(danger: DangerLevel, roundsSinceCheck: number): boolean {
  const interval = checkInterval[danger];
  return interval !== null && roundsSinceCheck >= interval;
}

/** A check over a span of time: how many rolls a number of rounds or hours calls for. */
export function encounterChecksIn(danger: DangerLevel, spans: number): number {
  const interval = checkInterval[danger];
  return interval === null ? 0 : Math.floor(Math.max(0, spans) / interval);
}

/** What the d6 must show, or less, for something to come: 1 for a round, 3 for a block of minutes. */
export const encounterOn = { round: 1, minutes: 3 } as const;

/** Rolls an encounter check. */
export function rollEncounterCheck(
  rng: Rng,
  kind: keyof typeof encounterOn = "round",
): { roll: number; isEncounter: boolean } {
  const roll = rollDie(6, rng);
  return { roll, isEncounter: roll <= encounterOn[kind] };
}

export const distances = ["close", "near", "far"] as const;

export type Distance = (typeof distances)[number];

/** Feet: close is within 5, near within 30, far as far as one sees. */
export const distanceFeet: Readonly<Record<Distance, number | null>> = {
  close: 5,
  near: 30,
  far: null,
};

/** Starting distance for a d6. */
export function distanceFor(roll: number): Distance {
  return readTable<Distance>(
    [
      { low: 1, high: 1, result: "close" },
      { low: 2, high: 4, result: "near" },
      { low: 5, high: 6, result: "far" },
    ],
    roll,
  );
}

export const activities = [
  "hunting",
  "eating",
  "building or nesting",
  "socializing or playing",
  "guarding",
  "sleeping",
] as const;

export type Activity = (typeof activities)[number];

/** What they are doing, for 2d6. */
export function activityFor(roll: number): Activity {
  return readTable<Activity>(
    [
      { low: 2, high: 4, result: "hunting" },
      { low: 5, high: 6, result: "eating" },
      { low: 7, high: 8, result: "building or nesting" },
      { low: 9, high: 10, result: "socializing or playing" },
      { low: 11, high: 11, result: "guarding" },
      { low: 12, high: 12, result: "sleeping" },
    ],
    roll,
  );
}

export const reactions = ["hostile", "suspicious", "neutral", "curious", "friendly"] as const;

export type Reaction = (typeof reactions)[number];

/** How they take the party, for 2d6 plus the Charisma modifier of the one who speaks. */
export function reactionFor(total: number): Reaction {
  return readTable<Reaction>(
    [
      { low: 2, high: 6, result: "hostile" },
      { low: 7, high: 8, result: "suspicious" },
      { low: 9, high: 9, result: "neutral" },
      { low: 10, high: 11, result: "curious" },
      { low: 12, high: 12, result: "friendly" },
    ],
    total,
  );
}

/** One rolled line of the card: the dice, the total they count as, and what it means. */
export type CardLine<T> = { readonly roll: number; readonly total: number; readonly result: T };

export type EncounterCard = {
  readonly distance: CardLine<Distance>;
  readonly activity: CardLine<Activity>;
  readonly reaction: CardLine<Reaction>;
  /** Half of wanderers carry none: 4-6 on a d6 do. */
  readonly treasure: CardLine<boolean>;
};

export function rollDistance(rng: Rng): CardLine<Distance> {
  const roll = rollDie(6, rng);
  return { roll, total: roll, result: distanceFor(roll) };
}

export function rollActivity(rng: Rng): CardLine<Activity> {
  const roll = rollSum(2, 6, rng);
  return { roll, total: roll, result: activityFor(roll) };
}

/** @param charismaModifier - of the one character who speaks; 0 if nobody does */
export function rollReaction(charismaModifier: number, rng: Rng): CardLine<Reaction> {
  const roll = rollSum(2, 6, rng);
  const total = roll + charismaModifier;
  return { roll, total, result: reactionFor(total) };
}

export function rollCarriesTreasure(rng: Rng): CardLine<boolean> {
  const roll = rollDie(6, rng);
  return { roll, total: roll, result: roll >= 4 };
}

/** Rolls every line of an encounter card; each can be rolled again by its own function. */
export function rollEncounterCard(charismaModifier: number, rng: Rng): EncounterCard {
  return {
    distance: rollDistance(rng),
    activity: rollActivity(rng),
    reaction: rollReaction(charismaModifier, rng),
    treasure: rollCarriesTreasure(rng),
  };
}

/** Spans the GM can let pass in one step. */
export const timeSpans = {
  tenMinutes: { name: "10 minutes", ms: 600_000 },
  hour: { name: "1 hour", ms: 3_600_000 },
  eightHours: { name: "8 hours", ms: 28_800_000 },
} as const;

export type TimeSpan = keyof typeof timeSpans;

/**
 * What a span does besides moving lights by its length: a block of minutes ends effects counted in
 * rounds and calls for one check that hits on 1-3; hours call for the overland checks of the danger.
 */
export function timePassing(
  span: TimeSpan,
  danger: DangerLevel,
): { ms: number; checks: { count: number; kind: keyof typeof encounterOn } } {
  const { ms } = timeSpans[span];
  const hours = ms / 3_600_000;
  if (hours < 1) {
    return { ms, checks: { count: checkInterval[danger] === null ? 0 : 1, kind: "minutes" } };
  }
  return { ms, checks: { count: encounterChecksIn(danger, hours), kind: "round" } };
}

/** Damage of a fall as dice: 1d6 per 10 feet; null below 10. */
export function fallDamage(feet: number): string | null {
  const dice = Math.floor(feet / 10);
  return dice < 1 ? null : `${dice}d6`;
}

/** Rounds an hour is when the table keeps no clock. */
export const roundsPerHour = 10;
