// The gear tables: what things cost, how many fit a slot, what weapons and armor do.

/** A piece of general gear. `perSlot` pieces fill one slot; `firstFree` marks the backpack. */
export type GearItem = {
  readonly name: string;
  readonly costCopper: number;
  readonly perSlot: number;
  readonly slots: number;
  /** How many of these take no slot. */
  readonly freeCount: number;
  /** What one purchase gives. */
  readonly bundle: number;
};

function gear(name: string, costCopper: number, perSlot = 1, bundle = 1, freeCount = 0): GearItem {
  return { name, costCopper, perSlot, slots: 1, freeCount, bundle };
}

export const gearItems: readonly GearItem[] = [
  gear("Arrows", 100, 20, 20),
  gear("Backpack", 200, 1, 1, 1),
  gear("Caltrops", 50),
  gear("Crossbow bolts", 100, 20, 20),
  gear("Crowbar", 50),
  gear("Flask or bottle", 30),
  gear("Flint and steel", 50),
  gear("Grappling hook", 100),
  gear("Iron spikes", 100, 10, 10),
  gear("Lantern", 500),
  gear("Mirror", 1_000),
  gear("Oil flask", 50),
  gear("Pole, 10'", 50),
  gear("Rations", 50, 3, 3),
  gear("Rope, 60'", 100),
  gear("Torch", 50),
];

/** What the crawling kit holds; it costs 7 gp and fills 7 slots. */
export const crawlingKit: {
  readonly costCopper: number;
  readonly contents: readonly { readonly name: string; readonly quantity: number }[];
} = {
  costCopper: 700,
  contents: [
    { name: "Backpack", quantity: 1 },
    { name: "Flint and steel", quantity: 1 },
    { name: "Torch", quantity: 2 },
    { name: "Rations", quantity: 3 },
    { name: "Iron spikes", quantity: 10 },
    { name: "Grappling hook", quantity: 1 },
    { name: "Rope, 60'", quantity: 1 },
  ],
};

export const armorNames = [
  "Leather armor",
  "Chainmail",
  "Plate mail",
  "Mithral chainmail",
  "Mithral plate mail",
] as const;

export type ArmorName = (typeof armorNames)[number];

/** A body armor. `baseArmorClass` is before Dexterity, which plate ignores, good or bad. */
export type Armor = {
  readonly name: ArmorName;
  readonly costCopper: number;
  readonly slots: number;
  readonly baseArmorClass: number;
  readonly addsDexterity: boolean;
  readonly stealthDisadvantage: boolean;
  readonly swimming: "free" | "disadvantage" | "impossible";
};

/** Mithral costs four times as much, takes a slot less and lifts the stealth and swimming penalties. */
export const armorTable: Readonly<Record<ArmorName, Armor>> = {
  "Leather armor": {
    name: "Leather armor",
    costCopper: 1_000,
    slots: 1,
    baseArmorClass: 11,
    addsDexterity: true,
    stealthDisadvantage: false,
    swimming: "free",
  },
  Chainmail: {
    name: "Chainmail",
    costCopper: 6_000,
    slots: 2,
    baseArmorClass: 13,
    addsDexterity: true,
    stealthDisadvantage: true,
    swimming: "disadvantage",
  },
  "Plate mail": {
    name: "Plate mail",
    costCopper: 13_000,
    slots: 3,
    baseArmorClass: 15,
    addsDexterity: false,
    stealthDisadvantage: true,
    swimming: "impossible",
  },
  "Mithral chainmail": {
    name: "Mithral chainmail",
    costCopper: 24_000,
    slots: 1,
    baseArmorClass: 13,
    addsDexterity: true,
    stealthDisadvantage: false,
    swimming: "free",
  },
  "Mithral plate mail": {
    name: "Mithral plate mail",
    costCopper: 52_000,
    slots: 2,
    baseArmorClass: 15,
    addsDexterity: false,
    stealthDisadvantage: false,
    swimming: "free",
  },
};

export const shield = {
  name: "Shield",
  costCopper: 1_000,
  slots: 1,
  armorClassBonus: 2,
} as const;

export type WeaponProperty = "finesse" | "loading" | "thrown" | "two-handed" | "versatile";

export type WeaponRange = "close" | "near" | "far";

/** A weapon. `ranges` says where it reaches; thrown weapons are both melee and ranged. */
export type Weapon = {
  readonly name: string;
  readonly costCopper: number;
  readonly slots: number;
  readonly isMelee: boolean;
  readonly isRanged: boolean;
  readonly ranges: readonly WeaponRange[];
  readonly damage: string;
  /** Damage when held in both hands; only versatile weapons have one. */
  readonly twoHandedDamage: string | null;
  readonly properties: readonly WeaponProperty[];
};

type WeaponKind = "melee" | "ranged" | "both";

function weapon(
  name: string,
  costCopper: number,
  kind: WeaponKind,
  ranges: readonly WeaponRange[],
  damage: string,
  properties: readonly WeaponProperty[] = [],
  more: { slots?: number; twoHandedDamage?: string } = {},
): Weapon {
  return {
    name,
    costCopper,
    slots: more.slots ?? 1,
    isMelee: kind !== "ranged",
    isRanged: kind !== "melee",
    ranges,
    damage,
    twoHandedDamage: more.twoHandedDamage ?? null,
    properties,
  };
}

const heavy = { slots: 2, twoHandedDamage: "1d10" };

export const weapons: readonly Weapon[] = [
  weapon("Bastard sword", 1_000, "melee", ["close"], "1d8", ["versatile"], heavy),
  weapon("Club", 5, "melee", ["close"], "1d4"),
  weapon("Crossbow", 800, "ranged", ["far"], "1d6", ["two-handed", "loading"]),
  weapon("Dagger", 100, "both", ["close", "near"], "1d4", ["finesse", "thrown"]),
  weapon("Greataxe", 1_000, "melee", ["close"], "1d8", ["versatile"], heavy),
  weapon("Greatsword", 1_200, "melee", ["close"], "1d12", ["two-handed"], { slots: 2 }),
  weapon("Javelin", 50, "both", ["close", "far"], "1d4", ["thrown"]),
  weapon("Longbow", 800, "ranged", ["far"], "1d8", ["two-handed"]),
  weapon("Longsword", 900, "melee", ["close"], "1d8"),
  weapon("Mace", 500, "melee", ["close"], "1d6"),
  weapon("Shortbow", 600, "ranged", ["far"], "1d4", ["two-handed"]),
  weapon("Shortsword", 700, "melee", ["close"], "1d6"),
  weapon("Spear", 50, "both", ["close", "near"], "1d6", ["thrown"]),
  weapon("Staff", 50, "melee", ["close"], "1d4", ["two-handed"]),
  weapon("Warhammer", 1_000, "melee", ["close"], "1d10", ["two-handed"]),
];

/** A weapon by name, whatever its capitals; null if the table has none. */
export function findWeapon(name: string): Weapon | null {
  return weapons.find((entry) => sameName(entry.name, name)) ?? null;
}

/** A piece of general gear by name, whatever its capitals; null if the table has none. */
export function findGear(name: string): GearItem | null {
  return gearItems.find((entry) => sameName(entry.name, name)) ?? null;
}

/**
 * A body armor by name, whatever its capitals; the short names "leather" and "plate" are understood.
 * Null if the table has none.
 */
export function findArmor(name: string): Armor | null {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/\b(armor|armour|mail)\b/g, "")
      .replace(/[^a-z]/g, "");
  return Object.values(armorTable).find((entry) => bare(entry.name) === bare(name)) ?? null;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.trim().toLowerCase();
}
