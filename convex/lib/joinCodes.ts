// Join codes: making them, reading what a thumb typed, finding the table, and slowing down those who guess.
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { RefusalKind } from "./errors";

/** Thirty signs that nobody mistakes for another: no 0 and O, no 1, I and L, and no U, which reads as V. */
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const CODE_LENGTH = 6;
/** How long a code works if nobody renews it. */
export const JOIN_CODE_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const THROTTLE_WINDOW_MS = 60_000;
const MAX_FAILURES_PER_CODE = 10;
const MAX_FAILURES_IN_ALL = 60;

/** What a person typed as a code should be: capitals, without blanks and dashes. */
export function normaliseCode(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** A code that no session uses, with the instant at which it expires. */
export async function newJoinCode(
  ctx: Pick<MutationCtx, "db">,
  now: number,
): Promise<{ joinCode: string; joinCodeExpiresAt: number }> {
  for (;;) {
    const joinCode = randomCode();
    if ((await findByCode(ctx, joinCode)) === null) {
      return { joinCode, joinCodeExpiresAt: now + JOIN_CODE_LIFETIME_MS };
    }
  }
}

function randomCode(): string {
  let code = "";
  while (code.length < CODE_LENGTH) {
    code += ALPHABET.charAt(Math.floor(Math.random() * ALPHABET.length));
  }
  return code;
}

async function findByCode(ctx: Pick<QueryCtx, "db">, code: string) {
  return await ctx.db
    .query("sessions")
    .withIndex("by_joinCode", (q) => q.eq("joinCode", code))
    .first();
}

/** What became of a code: the session it opens, or why it opens none. */
export type CodeOutcome =
  | { kind: "open"; session: Doc<"sessions"> }
  | { kind: "refused"; refusal: RefusalKind; message: string };

/** Finds the session that a code opens now. Counts nothing; see {@link checkCode}. */
export async function openSessionFor(
  ctx: Pick<QueryCtx, "db">,
  typed: string,
  now: number,
): Promise<CodeOutcome> {
  const code = normaliseCode(typed);
  const session = code.length === CODE_LENGTH ? await findByCode(ctx, code) : null;
  if (session === null) {
    const shown = code === "" ? "that code" : `the code ${code.slice(0, 12)}`;
    return {
      kind: "refused",
      refusal: "notFound",
      message: `No open table has ${shown}. Check it with your GM.`,
    };
  }
  if (session.joinCodeExpiresAt === undefined || session.joinCodeExpiresAt <= now) {
    return {
      kind: "refused",
      refusal: "expired",
      message: `The code ${code} has expired. Ask your GM for a new one.`,
    };
  }
  return { kind: "open", session };
}

/**
 * As {@link openSessionFor}, but remembers failures and refuses everything for a while after too many: ten a
 * minute for one code, sixty a minute in all. Does not throw, because that would undo the remembering.
 */
export async function checkCode(
  ctx: Pick<MutationCtx, "db">,
  typed: string,
  now: number,
): Promise<CodeOutcome> {
  const code = normaliseCode(typed).slice(0, 2 * CODE_LENGTH);
  const since = now - THROTTLE_WINDOW_MS;
  const inAll = await ctx.db
    .query("joinAttempts")
    .withIndex("by_at", (q) => q.gt("at", since))
    .take(MAX_FAILURES_IN_ALL);
  const withCode = await ctx.db
    .query("joinAttempts")
    .withIndex("by_code_and_at", (q) => q.eq("code", code).gt("at", since))
    .take(MAX_FAILURES_PER_CODE);
  if (inAll.length >= MAX_FAILURES_IN_ALL || withCode.length >= MAX_FAILURES_PER_CODE) {
    return {
      kind: "refused",
      refusal: "tooMany",
      message: "Too many wrong codes. Wait a minute, then try again.",
    };
  }
  const outcome = await openSessionFor(ctx, typed, now);
  if (outcome.kind === "refused") await ctx.db.insert("joinAttempts", { code, at: now });
  return outcome;
}
