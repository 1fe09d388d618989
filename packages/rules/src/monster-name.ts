// Monster names: the book inverts them ("Dragon, Fire"); people read and type them both ways.

/** Words after the comma that stand behind the noun when the name is read, not before it. */
const wordsBehind = new Set([
  "boss",
  "chieftain",
  "drider",
  "ophid",
  "priestess",
  "shaman",
  "sorcerer",
  "spawn",
  "swarm",
  "wizard",
]);

/**
 * A name as it is spoken: `Dragon, Fire` is `Fire Dragon`, `Elemental, Air Greater` is `Greater Air
 * Elemental`, `Goblin, Boss` is `Goblin Boss`. Names without a comma stay.
 */
export function displayName(name: string): string {
  const match = /^([^,]+), ([^,]+)$/.exec(name.trim());
  if (match === null) return name.trim();
  const [, noun = "", kind = ""] = match;
  if (wordsBehind.has(kind.toLowerCase())) return `${noun} ${kind}`;
  const sized = /^(.+) (greater|lesser)$/i.exec(kind);
  return sized === null ? `${kind} ${noun}` : `${sized[2] ?? ""} ${sized[1] ?? ""} ${noun}`;
}

/**
 * Text for a search index: the spoken and the printed word order in lower case, and a form without
 * apostrophes and hyphens where the name has any.
 */
export function searchText(name: string): string {
  const spoken = displayName(name).toLowerCase();
  const printed = name.toLowerCase().replace(/,/g, "").trim();
  const plain = spoken.replace(/['\u2019]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ");
  return [...new Set([spoken, printed, plain.trim()])].join(" ");
}

/**
 * The key of a name: lower case, accents and apostrophes dropped, every other run of signs one hyphen.
 * Community slugs with underscores give the same key, so `slugFor` of either finds a record.
 */
export function slugFor(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/['\u2019]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
