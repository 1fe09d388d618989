// How much a character can carry and how much is carried. Over the limit is a warning, never a refusal.
import { abilityModifier } from "./abilities.ts";
import type { Coins } from "./coins.ts";
import type { ClassName } from "./classes.ts";

/**
 * Gear slots a character may fill: Strength or 10, whichever is more, plus a fighter's positive
 * Constitution modifier, plus bonuses. Rule: quickstart rules.
 *
 * @param character.strength - score, 0 to 30, not the modifier
 * @param character.constitution - score; matters for fighters only
 */
export function gearSlotCapacity(character: {
  strength: number;
  constitution: number;
  className: ClassName | null;
  bonus?: number;
}): number {
  // Reading the modifier also refuses a score outside 0 to 30.
  abilityModifier(character.strength);
  const hauler =
    character.className === "Fighter" ? Math.max(0, abilityModifier(character.constitution)) : 0;
  return Math.max(10, character.strength) + hauler + (character.bonus ?? 0);
}

/** One line of an inventory. Absent fields mean 1 per slot, 1 slot, none free. */
export type CarriedItem = {
  readonly quantity: number;
  readonly perSlot?: number;
  readonly slots?: number;
  /** How many of these weigh nothing: 1 for backpacks, all for worn clothing. */
  readonly freeCount?: number;
};

/**
 * Slots one line fills: every started `perSlot` pieces take `slots`.
 *
 * @throws RangeError if `perSlot` is below 1
 */
export function itemSlots(item: CarriedItem): number {
  const perSlot = item.perSlot ?? 1;
  if (!(perSlot >= 1)) throw new RangeError(`\`perSlot\` is ${perSlot}; expected 1 or more`);
  const counted = Math.max(0, item.quantity - (item.freeCount ?? 0));
  return Math.ceil(counted / perSlot) * (item.slots ?? 1);
}

/** Slots coins fill: all three kinds counted together, the first 100 free, then 1 per started 100. */
export function coinSlots(coins: Coins): number {
  const pieces = coins.gold + coins.silver + coins.copper;
  return Math.max(0, Math.ceil((pieces - 100) / 100));
}

/** Slots gems fill: 1 per started 10. */
export function gemSlots(gems: number): number {
  return Math.ceil(Math.max(0, gems) / 10);
}

/** Everything carried in slots. */
export function usedGearSlots(carried: {
  items: readonly CarriedItem[];
  coins?: Coins;
  gems?: number;
}): number {
  const items = carried.items.reduce((sum, item) => sum + itemSlots(item), 0);
  const coins = carried.coins === undefined ? 0 : coinSlots(carried.coins);
  return items + coins + gemSlots(carried.gems ?? 0);
}
