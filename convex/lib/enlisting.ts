// Brings creatures into an encounter: monsters in numbers, and the party. Takes them out again.
import { abilityModifier, rollHitPoints } from "@torchkeeper/rules";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { MAX_COMBATANTS, combatantsOf } from "./combatants";
import { saveRoster } from "./difficulty";
import { refuse } from "./errors";
import { partyOf } from "./party";
import { rosterWith, rosterWithout } from "./roster";

/** Heads of a creature that the book prints per head, where nobody says how many. */
const USUAL_HEADS = 5;

/** How monsters come in. */
export type MonsterMuster = {
  count: number;
  isHidden: boolean;
  /** Rolled hit points instead of the printed average. */
  rollsHitPoints: boolean;
  /** For a monster printed per head; ignored for others. */
  heads?: number | undefined;
};

/** Adds `count` of a monster, numbered when there are several, and keeps roster and difficulty true. */
export async function addMonstersTo(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  monster: Doc<"monsters">,
  muster: MonsterMuster,
): Promise<Id<"combatants">[]> {
  const present = await combatantsOf(ctx, encounter._id);
  requireRoom(present.length, muster.count);
  const units = monster.perUnit === "head" ? (muster.heads ?? USUAL_HEADS) : 1;
  const level = monster.level * units;
  const firstNumber = await numberAfter(ctx, present, monster._id, muster.count);
  const initiative = present.find((other) => other.kind === "monster")?.initiative;
  const ids: Id<"combatants">[] = [];
  for (let index = 0; index < muster.count; index += 1) {
    const hitPoints = muster.rollsHitPoints
      ? rolledHitPoints(monster, units)
      : monster.hitPoints * units;
    ids.push(
      await ctx.db.insert("combatants", {
        kind: "monster",
        encounterId: encounter._id,
        monsterId: monster._id,
        name: monster.displayName,
        number: firstNumber === null ? undefined : firstNumber + index,
        initiative,
        dexterity: monster.modifiers.dexterity,
        isHidden: muster.isHidden,
        hitDice: monster.hitDice,
        level,
        armorClass: monster.armorClass,
        hitPoints,
        maxHitPoints: hitPoints,
      }),
    );
  }
  await saveRoster(ctx, encounter, rosterWith(encounter.monsters, monster, level, muster.count));
  return ids;
}

function rolledHitPoints(monster: Doc<"monsters">, units: number): number {
  let sum = 0;
  for (let unit = 0; unit < units; unit += 1) {
    sum += rollHitPoints(monster.level, monster.modifiers.constitution, Math.random);
  }
  return sum;
}

/** The first number for newcomers, or `null` for an only one, which has none until a second comes. */
async function numberAfter(
  ctx: MutationCtx,
  present: readonly Doc<"combatants">[],
  monsterId: Id<"monsters">,
  count: number,
): Promise<number | null> {
  const alike = present.filter(
    (other) => other.kind === "monster" && other.monsterId === monsterId,
  );
  if (alike.length === 0 && count === 1) return null;
  const [only] = alike;
  if (alike.length === 1 && only !== undefined && only.number === undefined) {
    await ctx.db.patch("combatants", only._id, { number: 1 });
  }
  return Math.max(0, ...alike.map((other) => other.number ?? 1)) + 1;
}

/** Adds every seated character that is not in the encounter yet. Gives the new ones. */
export async function addPartyTo(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
): Promise<Id<"combatants">[]> {
  const present = await combatantsOf(ctx, encounter._id);
  const known = new Set(
    present.flatMap((other) => (other.kind === "character" ? [other.characterId] : [])),
  );
  const newcomers = (await partyOf(ctx, encounter.sessionId)).filter(
    ({ character }) => !known.has(character._id),
  );
  requireRoom(present.length, newcomers.length);
  const ids: Id<"combatants">[] = [];
  for (const { character } of newcomers) {
    ids.push(
      await ctx.db.insert("combatants", {
        kind: "character",
        encounterId: encounter._id,
        characterId: character._id,
        name: character.name,
        dexterity: abilityModifier(character.abilityScores.dexterity),
        isHidden: false,
      }),
    );
  }
  return ids;
}

/** Takes a creature out of its encounter. Whose turn it was must be settled before. */
export async function removeFrom(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  combatant: Doc<"combatants">,
): Promise<void> {
  await ctx.db.delete("combatants", combatant._id);
  if (combatant.kind === "monster") {
    await saveRoster(ctx, encounter, rosterWithout(encounter.monsters, combatant));
  }
}

function requireRoom(present: number, more: number): void {
  if (present + more > MAX_COMBATANTS) {
    throw refuse(
      "tooMany",
      `An encounter holds at most ${MAX_COMBATANTS} creatures; ${present} are in this one.`,
    );
  }
}
