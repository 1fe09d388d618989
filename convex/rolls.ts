// Dice, rolled by the server so that the whole table trusts them.
import { type DiceResult, formatDice, parseDice, rollDice } from "@torchkeeper/rules";
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
import { requireActor, requireTable } from "./lib/access";
import { refuse } from "./lib/errors";
import { logEvent } from "./lib/eventLog";
import { requireName, requireWhole } from "./lib/typedText";
import { rolledDie } from "./lib/validators";

const DEFAULT_RECENT = 20;
const MAX_RECENT = 100;
const MAX_EXPRESSION_LENGTH = 100;

/** Rolls an expression such as "2d6+1" or "d20 adv" and tells the table. A private roll reaches GMs only. */
export const roll = mutation({
  args: {
    sessionId: v.id("sessions"),
    expression: v.string(),
    label: v.optional(v.string()),
    isPrivate: v.optional(v.boolean()),
  },
  returns: v.object({
    _id: v.id("rolls"),
    expression: v.string(),
    dice: v.array(rolledDie),
    total: v.number(),
    natural: v.union(v.number(), v.null()),
  }),
  handler: async (ctx, { sessionId, isPrivate = false, ...args }) => {
    const { user, isGm } = await requireActor(ctx, sessionId);
    if (isPrivate && !isGm) throw refuse("notGm", "Only the GM can roll in private.");
    const result = rollText(args.expression);
    const expression = formatDice(result.expression);
    const { total, natural } = result;
    const dice = result.dice.map(({ sides, value, sign, kept }) => ({ sides, value, sign, kept }));
    const text = args.label?.trim();
    const label = text ? requireName("Label", text) : undefined;
    const _id = await ctx.db.insert("rolls", {
      sessionId,
      userId: user._id,
      who: user.name,
      label,
      expression,
      dice,
      total,
      isPrivate,
    });
    await logEvent(ctx, {
      sessionId,
      kind: "roll",
      text: `${user.name} rolls ${label === undefined ? "" : `${label}, `}${expression}: ${total}.`,
      isGmOnly: isPrivate,
      actorId: user._id,
    });
    return { _id, expression, dice, total, natural };
  },
});

/** The newest rolls of a session, newest first; private ones for GMs only. */
export const recent = query({
  args: { sessionId: v.id("sessions"), limit: v.optional(v.number()) },
  returns: v.array(
    v.object({
      _id: v.id("rolls"),
      at: v.number(),
      who: v.string(),
      label: v.union(v.string(), v.null()),
      expression: v.string(),
      dice: v.array(rolledDie),
      total: v.number(),
      isPrivate: v.boolean(),
    }),
  ),
  handler: async (ctx, { sessionId, limit }) => {
    const { isGm } = await requireTable(ctx, sessionId);
    const count = requireWhole("Limit", limit ?? DEFAULT_RECENT, 1, MAX_RECENT);
    const rolls = isGm
      ? ctx.db.query("rolls").withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      : ctx.db
          .query("rolls")
          .withIndex("by_sessionId_and_isPrivate", (q) =>
            q.eq("sessionId", sessionId).eq("isPrivate", false),
          );
    return (await rolls.order("desc").take(count)).map((row) => ({
      _id: row._id,
      at: row._creationTime,
      who: row.who,
      label: row.label ?? null,
      expression: row.expression,
      dice: row.dice,
      total: row.total,
      isPrivate: row.isPrivate,
    }));
  },
});

function rollText(text: string): DiceResult {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw refuse("invalid", `Dice can have at most ${MAX_EXPRESSION_LENGTH} characters.`);
  }
  try {
    return rollDice(parseDice(text), Math.random);
  } catch (error) {
    if (error instanceof RangeError) throw refuse("invalid", error.message);
    throw error;
  }
}
