// What characters, items and monsters look like to a client, and how a row becomes that.
import { v } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import {
  abilityScores,
  characterAlignment,
  className,
  itemKind,
  monsterFields,
} from "./validators";

export const characterShape = v.object({
  _id: v.id("characters"),
  _creationTime: v.number(),
  userId: v.id("users"),
  name: v.string(),
  class: className,
  level: v.number(),
  experience: v.number(),
  abilityScores,
  hitPoints: v.number(),
  maxHitPoints: v.number(),
  armorClass: v.number(),
  ancestry: v.union(v.string(), v.null()),
  alignment: v.union(characterAlignment, v.null()),
  title: v.union(v.string(), v.null()),
  background: v.string(),
  portrait: v.union(v.string(), v.null()),
  isArchived: v.boolean(),
});

export function toCharacter(row: Doc<"characters">) {
  const { ancestry, alignment, title, background, portrait, ...rest } = row;
  return {
    ...rest,
    ancestry: ancestry ?? null,
    alignment: alignment ?? null,
    title: title ?? null,
    background: background ?? "",
    portrait: portrait ?? null,
  };
}

/** One line of the party strip. */
export const partyMemberShape = v.object({
  _id: v.id("characters"),
  name: v.string(),
  class: className,
  level: v.number(),
  ancestry: v.union(v.string(), v.null()),
  hitPoints: v.number(),
  maxHitPoints: v.number(),
  armorClass: v.number(),
  userId: v.id("users"),
  playerName: v.string(),
  isDying: v.boolean(),
});

export const itemShape = v.object({
  _id: v.id("items"),
  _creationTime: v.number(),
  characterId: v.id("characters"),
  name: v.string(),
  kind: itemKind,
  quantity: v.number(),
  slots: v.number(),
  isEquipped: v.boolean(),
});

export const monsterShape = v.object({
  _id: v.id("monsters"),
  _creationTime: v.number(),
  ...monsterFields,
  source: v.string(),
});

/** Where a monster without a source comes from; the same as migrations.migrateMonstersAddSource stores. */
export const UNSTATED_SOURCE = "Core Rulebook";

export function toMonster(row: Doc<"monsters">) {
  const { isUserEdited: _isUserEdited, source, ...rest } = row;
  return { ...rest, source: source ?? UNSTATED_SOURCE };
}
