// The attack line of a stat block: text to options and back without loss. Rolling is attack-rolls.ts.
//
//   attacks := option (" or " option)*        option := part (" and " part)*
//   part    := count " " name [" (" range ")"] [" " bonus] [" (" damage ")"]
//   damage  := (NdM | N) [" + " N] ((" + " | ", ") rider)*
//
// "and" binds tighter than "or". Neither splits inside parentheses, and a name holds none.

export const attackRanges = ["close", "near", "far", "double near", "triple near"] as const;

export type AttackRange = (typeof attackRanges)[number];

/** What rides on a hit: usually the name of a trait of the same monster. */
export type DamageRider = { readonly separator: " + " | ", "; readonly text: string };

export type AttackDamage = {
  /** `1d8`, or a flat number such as `1`. */
  readonly dice: string;
  /** A flat number printed after the dice (`1d8 + 2`); null if none is. */
  readonly bonus: number | null;
  readonly riders: readonly DamageRider[];
};

export type AttackPart = {
  /** How many of these in one turn: `2`, or dice such as `2d4`. */
  readonly count: string;
  readonly name: string;
  /** Empty when none is printed, which means close. */
  readonly ranges: readonly AttackRange[];
  /** To hit, or to cast for a part named `spell`; null when there is no roll to make. */
  readonly bonus: number | null;
  readonly damage: AttackDamage | null;
};

/** Parts that are used together in one turn. */
export type AttackOption = readonly AttackPart[];

const partPattern =
  /^(\d+d\d+|\d+) ([^()\s](?:[^()]*?[^()\s])??)(?: \(((?:close|near|far|double near|triple near)(?:\/ ?(?:close|near|far|double near|triple near))*)\))?(?: ([+-]\d+))?(?: \(([^()]*)\))?$/;
const damagePattern = /^(\d+d\d+|\d+)(?: \+ (\d+)(?= \+ |, |$))?((?:(?: \+ |, ).+)?)$/;

/**
 * Reads an attack line into options, each a list of parts used together. An empty line has none.
 *
 * @throws RangeError that names the part that could not be read and what a part looks like
 */
export function parseAttacks(line: string): AttackOption[] {
  const text = line.replace(/[\u2010-\u2015\u2212]/g, "-").trim();
  if (text === "") return [];
  return splitOutside(text, " or ").map((option) => splitOutside(option, " and ").map(parsePart));
}

/** Prints options the way {@link parseAttacks} reads them back. */
export function formatAttacks(options: readonly AttackOption[]): string {
  return options.map((option) => option.map(formatAttackPart).join(" and ")).join(" or ");
}

/** Prints one part, as on a button: `2 claw +3 (1d6)`. */
export function formatAttackPart(part: AttackPart): string {
  const range = part.ranges.length === 0 ? "" : ` (${part.ranges.join("/")})`;
  const bonus = part.bonus === null ? "" : ` ${part.bonus < 0 ? "" : "+"}${part.bonus}`;
  const damage = part.damage === null ? "" : ` (${formatAttackDamage(part.damage)})`;
  return `${part.count} ${part.name}${range}${bonus}${damage}`;
}

/** Prints a damage: `1d8 + 2 + poison`. */
export function formatAttackDamage(damage: AttackDamage): string {
  const bonus = damage.bonus === null ? "" : ` + ${damage.bonus}`;
  const riders = damage.riders.map((rider) => rider.separator + rider.text).join("");
  return damage.dice + bonus + riders;
}

/** What a part asks of the table: a blow with damage, a casting, or something its trait explains. */
export function attackKind(part: AttackPart): "blow" | "spell" | "special" {
  if (part.damage !== null) return "blow";
  return part.name.toLowerCase() === "spell" ? "spell" : "special";
}

/** Ranges a part reaches; close when none is printed. */
export function reachOf(part: AttackPart): readonly AttackRange[] {
  return part.ranges.length === 0 ? ["close"] : part.ranges;
}

/**
 * Names of traits that explain a part: its own name when it does no damage of its own, and each rider.
 * In the core bestiary each of them is the name of a trait of the same monster, capitals aside.
 */
export function traitNamesOf(part: AttackPart): string[] {
  if (attackKind(part) === "special") return [part.name];
  return part.damage?.riders.map((rider) => rider.text) ?? [];
}

/** The first part that does damage in the first option; failing that, the first part of all. */
export function leadingAttack(options: readonly AttackOption[]): AttackPart | null {
  const first = options[0] ?? [];
  return first.find((part) => part.damage !== null) ?? first[0] ?? null;
}

/**
 * The two single fields a list shows for an attack line: bonus and damage (`1d6`, `1d6+1`) of the
 * {@link leadingAttack}; 0 and an empty text where it has none.
 */
export function leadingFigures(options: readonly AttackOption[]): {
  attackBonus: number;
  damage: string;
} {
  const part = leadingAttack(options);
  const damage = part?.damage ?? null;
  return {
    attackBonus: part?.bonus ?? 0,
    damage: damage === null ? "" : damage.dice + (damage.bonus === null ? "" : `+${damage.bonus}`),
  };
}

function parsePart(text: string): AttackPart {
  const match = partPattern.exec(text.trim());
  if (match === null) {
    throw new RangeError(
      `Cannot read the attack \`${text.trim().slice(0, 80)}\`; expected a form such as ` +
        "`2 claw +3 (1d6)`, `1 spear (close/near) +1 (1d6 + poison)` or `1 fire breath`",
    );
  }
  const [, count = "", name = "", ranges, bonus, damage] = match;
  return {
    count,
    name,
    ranges: ranges === undefined ? [] : parseRanges(ranges),
    bonus: bonus === undefined ? null : Number(bonus),
    damage: damage === undefined ? null : parseDamage(damage, text),
  };
}

function parseRanges(text: string): AttackRange[] {
  return text.split("/").flatMap((word) => attackRanges.filter((range) => range === word.trim()));
}

function parseDamage(text: string, part: string): AttackDamage {
  const match = damagePattern.exec(text.trim());
  if (match === null) {
    throw new RangeError(
      `Cannot read the damage \`${text}\` of \`${part.trim().slice(0, 80)}\`; expected dice or a ` +
        "number, then what rides on a hit: `1d6`, `2d8 + 2`, `1d4 + poison`",
    );
  }
  const [, dice = "", bonus, tail = ""] = match;
  return {
    dice,
    bonus: bonus === undefined ? null : Number(bonus),
    riders: parseRiders(tail),
  };
}

function parseRiders(tail: string): DamageRider[] {
  return [...tail.matchAll(/( \+ |, )(.+?)(?= \+ |, |$)/g)].map((match) => ({
    separator: match[1] === ", " ? ", " : " + ",
    text: match[2] ?? "",
  }));
}

function splitOutside(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (depth === 0 && text.startsWith(separator, at)) {
      pieces.push(text.slice(start, at));
      start = at + separator.length;
    }
  }
  return [...pieces, text.slice(start)];
}
