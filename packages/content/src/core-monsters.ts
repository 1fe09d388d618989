// The core bestiary: 243 monsters, read once from the data file.
import monsters from "../data/monsters.json";
import { parseMonsterRecord, type MonsterRecord } from "./monster-record.ts";

/** All core monsters by printed name. Figures are the game's; descriptions and traits in our own words. */
export const coreMonsters: readonly MonsterRecord[] = monsters.map(parseMonsterRecord);
