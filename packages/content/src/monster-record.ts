// The shape of a monster as the project stores and ships it, and the one place that accepts it from outside.
import {
  abilityNames,
  alignmentLetters,
  parseAttacks,
  parseMovement,
  type AbilityScores,
  type AlignmentLetter,
} from "@torchkeeper/rules";

/** A trait, an action or a monster's spell, with its mechanics in the text. */
export type SpecialAbility = { readonly name: string; readonly description: string };

/** A stat block. Figures that follow from others (hit dice, attack bonus) are kept for lists and search. */
export type MonsterRecord = {
  /** Key: lower case words joined by hyphens. Unique within a source. */
  readonly slug: string;
  /** As printed, inverted names included: `Dragon, Fire`. */
  readonly name: string;
  /** As spoken: `Fire Dragon`. */
  readonly displayName: string;
  /** One of the 14 of the rules for core monsters; homebrew may use others. */
  readonly type: string;
  readonly level: number;
  readonly alignment: AlignmentLetter;
  readonly armorClass: number;
  /** What it wears, if anything: `chainmail + shield`. */
  readonly armorType?: string;
  /** The printed average. */
  readonly hitPoints: number;
  readonly hitDice: string;
  /** The printed line; `parseAttacks` of the rules reads it. */
  readonly attacks: string;
  /** The printed line; `parseMovement` of the rules reads it. */
  readonly movement: string;
  /** Modifiers, not scores. */
  readonly modifiers: Readonly<AbilityScores>;
  /** Of the leading attack; 0 where it has none. */
  readonly attackBonus: number;
  /** Dice of the leading attack; empty where it does no damage. */
  readonly damage: string;
  readonly specialAbilities: readonly SpecialAbility[];
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  readonly isOfficial: boolean;
  /** Level and hit points are per head: ask how many when adding one to an encounter. */
  readonly perUnit?: "head";
};

/** A record that can't be accepted: `path` says where (`specialAbilities[1].name`), the message what. */
export class MonsterRecordError extends Error {
  readonly path: string;

  constructor(path: string, expected: string, came: unknown) {
    super(`\`${path}\`: expected ${expected}; ${describe(came)} came`);
    this.name = "MonsterRecordError";
    this.path = path;
  }
}

/**
 * Accepts a monster record from a file or an importer, unknown fields refused so that a typing error
 * doesn't pass as an absent field.
 *
 * @throws MonsterRecordError for the first thing that is wrong
 */
export function parseMonsterRecord(value: unknown): MonsterRecord {
  const fields = new Fields(value);
  const attacks = fields.readable("attacks", parseAttacks);
  const movement = fields.readable("movement", parseMovement);
  const armorType = fields.optionalText("armorType");
  const perUnit = fields.optionalText("perUnit");
  if (perUnit !== undefined && perUnit !== "head") {
    throw new MonsterRecordError("perUnit", '"head" or nothing', perUnit);
  }
  const record: MonsterRecord = {
    slug: fields.matching("slug", /^[a-z0-9]+(-[a-z0-9]+)*$/, "lower case words joined by hyphens"),
    name: fields.matching("name", /\S/, "a name that isn't empty"),
    displayName: fields.matching("displayName", /\S/, "a name that isn't empty"),
    type: fields.matching("type", /\S/, "a type that isn't empty"),
    level: fields.whole("level", 0, 100),
    alignment: fields.alignment("alignment"),
    armorClass: fields.whole("armorClass", 0, 50),
    ...(armorType === undefined ? {} : { armorType }),
    hitPoints: fields.whole("hitPoints", 1, 10_000),
    hitDice: fields.matching(
      "hitDice",
      /^(1|\d+d8([+-]\d+)?)$/,
      "hit dice such as `2d8+2`, or `1`",
    ),
    attacks,
    movement,
    modifiers: fields.modifiers("modifiers"),
    attackBonus: fields.whole("attackBonus", -20, 50),
    damage: fields.matching(
      "damage",
      /^(|\d+|\d+d\d+(\+\d+)?)$/,
      "dice such as `1d6+2`, or nothing",
    ),
    specialAbilities: fields.abilities("specialAbilities"),
    description: fields.text("description"),
    source: fields.matching("source", /\S/, "where the record comes from"),
    licence: fields.matching("licence", /\S/, "the licence of the text"),
    isOfficial: fields.flag("isOfficial"),
    ...(perUnit === undefined ? {} : { perUnit }),
  };
  fields.refuseOthers();
  return record;
}

/** Reads the fields of an untrusted object by name, remembering which ones are known. */
class Fields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #known = new Set<string>();
  readonly #prefix: string;

  constructor(value: unknown, path = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new MonsterRecordError(path === "" ? "monster" : path, "an object", value);
    }
    this.#values = new Map(Object.entries(value));
    this.#prefix = path === "" ? "" : `${path}.`;
  }

  text(name: string): string {
    const value = this.#take(name);
    if (typeof value !== "string") throw this.#error(name, "a text", value);
    return value;
  }

  optionalText(name: string): string | undefined {
    this.#known.add(name);
    return this.#values.get(name) === undefined ? undefined : this.text(name);
  }

  matching(name: string, pattern: RegExp, expected: string): string {
    const value = this.text(name);
    if (!pattern.test(value)) throw this.#error(name, expected, value);
    return value;
  }

  readable(name: string, read: (text: string) => unknown): string {
    const value = this.text(name);
    try {
      read(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.#error(name, `a line the rules can read (${error.message})`, value);
    }
    return value;
  }

  whole(name: string, low: number, high: number): number {
    const value = this.#take(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high) {
      throw this.#error(name, `a whole number from ${low} to ${high}`, value);
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.#take(name);
    if (typeof value !== "boolean") throw this.#error(name, "true or false", value);
    return value;
  }

  alignment(name: string): AlignmentLetter {
    const value = this.#take(name);
    const letter = alignmentLetters.find((known) => known === value);
    if (letter === undefined) throw this.#error(name, "L, N or C", value);
    return letter;
  }

  modifiers(name: string): AbilityScores {
    const inner = new Fields(this.#take(name), this.#prefix + name);
    const [strength, dexterity, constitution, intelligence, wisdom, charisma] = abilityNames;
    const modifiers = {
      strength: inner.whole(strength, -20, 20),
      dexterity: inner.whole(dexterity, -20, 20),
      constitution: inner.whole(constitution, -20, 20),
      intelligence: inner.whole(intelligence, -20, 20),
      wisdom: inner.whole(wisdom, -20, 20),
      charisma: inner.whole(charisma, -20, 20),
    };
    inner.refuseOthers();
    return modifiers;
  }

  abilities(name: string): SpecialAbility[] {
    const list = this.#take(name);
    if (!Array.isArray(list)) throw this.#error(name, "a list", list);
    return list.map((entry: unknown, index) => {
      const inner = new Fields(entry, `${this.#prefix}${name}[${index}]`);
      const ability = {
        name: inner.matching("name", /\S/, "a name that isn't empty"),
        description: inner.text("description"),
      };
      inner.refuseOthers();
      return ability;
    });
  }

  refuseOthers(): void {
    for (const [name, value] of this.#values) {
      if (!this.#known.has(name)) throw this.#error(name, "no such field", value);
    }
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return this.#values.get(name);
  }

  #error(name: string, expected: string, came: unknown): MonsterRecordError {
    return new MonsterRecordError(this.#prefix + name, expected, came);
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  return (JSON.stringify(value) ?? typeof value).slice(0, 60);
}
