// What an encounter looks like to the GM's screen, in a list and in full.
import { v } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { MonsterCombatant } from "./combatants";
import { difficulty, treasure } from "./validators";

const rosterFields = {
  monsterId: v.id("monsters"),
  name: v.string(),
  hitDice: v.string(),
  level: v.number(),
  count: v.number(),
};

const fields = {
  _id: v.id("encounters"),
  _creationTime: v.number(),
  sessionId: v.id("sessions"),
  sessionName: v.string(),
  name: v.string(),
  description: v.string(),
  difficulty,
  treasure: v.array(treasure),
  experienceReward: v.number(),
  isStarted: v.boolean(),
  isCompleted: v.boolean(),
  round: v.number(),
};

export const encounterSummaryShape = v.object({
  ...fields,
  monsters: v.array(v.object(rosterFields)),
});

/** The same with the turn, and the hit points of every monster by kind. */
export const encounterShape = v.object({
  ...fields,
  turnCombatantId: v.union(v.id("combatants"), v.null()),
  monsters: v.array(v.object({ ...rosterFields, currentHp: v.array(v.number()) })),
});

export function toSummary(row: Doc<"encounters">) {
  return {
    ...common(row),
    monsters: row.monsters.map(({ attacks: _attacks, ...entry }) => entry),
  };
}

export function toEncounter(row: Doc<"encounters">, combatants: readonly Doc<"combatants">[]) {
  const monsters = combatants.filter(
    (combatant): combatant is MonsterCombatant => combatant.kind === "monster",
  );
  return {
    ...common(row),
    turnCombatantId: row.turnCombatantId ?? null,
    monsters: row.monsters.map(({ attacks: _attacks, ...entry }) => ({
      ...entry,
      currentHp: monsters
        .filter((one) => one.monsterId === entry.monsterId && one.level === entry.level)
        .map((one) => one.hitPoints),
    })),
  };
}

function common(row: Doc<"encounters">) {
  const { gmId: _gmId, turnCombatantId: _turn, monsters: _monsters, ...rest } = row;
  return rest;
}
