// Keeps `encounters.difficulty` true to its two sources: the party at the table and the encounter's monsters.
import { type DifficultyTier, estimateDifficulty } from "@torchkeeper/rules";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { partyOf } from "./party";
import type { RosterEntry } from "./validators";

/** A party to measure against while nobody has a character yet. */
const STAND_IN_PARTY = [1, 1, 1, 1];
/** Most open encounters that follow a change of the party at once; encounters.create allows no more. */
export const MAX_OPEN_ENCOUNTERS = 100;

/** An estimate as `encounters.get` returns it. */
export type Difficulty = {
  ratio: number;
  tier: DifficultyTier;
  difficulty: Doc<"encounters">["difficulty"];
  reasons: string[];
};

/** Estimates a roster against the party at a session. */
export async function difficultyFor(
  ctx: Pick<QueryCtx, "db">,
  sessionId: Id<"sessions">,
  roster: readonly RosterEntry[],
): Promise<Difficulty> {
  return estimate(await partyLevels(ctx, sessionId), roster);
}

/** Stores a new roster together with the difficulty that follows from it. */
export async function saveRoster(
  ctx: Pick<MutationCtx, "db">,
  encounter: Doc<"encounters">,
  monsters: RosterEntry[],
): Promise<void> {
  const { difficulty } = await difficultyFor(ctx, encounter.sessionId, monsters);
  await ctx.db.patch("encounters", encounter._id, { monsters, difficulty });
}

/** Call after the party of a session changed: a seat, a character, a level. */
export async function refreshDifficultyOfSession(
  ctx: Pick<MutationCtx, "db">,
  sessionId: Id<"sessions">,
): Promise<void> {
  const levels = await partyLevels(ctx, sessionId);
  const open = await ctx.db
    .query("encounters")
    .withIndex("by_sessionId_and_isCompleted", (q) =>
      q.eq("sessionId", sessionId).eq("isCompleted", false),
    )
    .take(MAX_OPEN_ENCOUNTERS);
  for (const encounter of open) {
    const { difficulty } = estimate(levels, encounter.monsters);
    if (difficulty !== encounter.difficulty) {
      await ctx.db.patch("encounters", encounter._id, { difficulty });
    }
  }
}

async function partyLevels(ctx: Pick<QueryCtx, "db">, sessionId: Id<"sessions">) {
  return (await partyOf(ctx, sessionId)).map(({ character }) => character.level);
}

function estimate(levels: readonly number[], roster: readonly RosterEntry[]): Difficulty {
  const isEmpty = levels.length === 0;
  const { ratio, tier, difficulty, reasons } = estimateDifficulty({
    partyLevels: isEmpty ? STAND_IN_PARTY : levels,
    monsters: roster,
  });
  const notes = isEmpty
    ? ["Nobody at the table has a character yet; measured against four of level 1"]
    : [];
  return { ratio, tier, difficulty, reasons: [...reasons, ...notes] };
}
