// Looks for calls of a function that succeed: other documents, other people, other values, until it does not throw.
import type { FunctionInfo, Model } from "../model/model.ts";
import { makeArguments } from "./arguments.ts";
import { identitiesFor } from "./identities.ts";
import { rangeHint, type RangeHint } from "./hints.ts";
import type { JsonObject } from "./json.ts";
import type { Seeder } from "./seed.ts";
import type { CallResult, MeasuringSession } from "./session.ts";

export interface Call {
  args: JsonObject;
  /** Null is a stranger. */
  identity: JsonObject | null;
}

export interface Attempted {
  /** Calls that succeeded, with what they read. */
  successes: { call: Call; result: CallResult }[];
  tried: number;
  /** The most frequent refusal; null when no arguments could be made. */
  error: string | null;
}

const rounds = 12;
const identitiesPerRound = 8;
/** Calls that are enough. */
const wanted = 4;

export async function attempt(
  session: MeasuringSession,
  info: FunctionInfo,
  model: Model,
  seeder: Seeder,
): Promise<Attempted> {
  const successes: Attempted["successes"] = [];
  const refusals = new Map<string, number>();
  const seen = new Set<string>();
  const hints: RangeHint[] = [];
  let tried = 0;
  for (let round = 0; round < rounds; round++) {
    if (successes.filter((item) => item.result.documents > 0).length >= wanted) break;
    const made = makeArguments(info, model, seeder, {
      row: round,
      variant: round,
      withOptional: round % 2 === 1,
      lookUp: round % 4 < 2,
      hints,
    });
    if (made === null) continue;
    const identities = identitiesFor(model, seeder, made.documents, round);
    // A stranger is tried when nobody else may.
    const people = identities.filter((item) => item !== null).slice(0, identitiesPerRound);
    for (const identity of [...people, null]) {
      const call = { args: made.args, identity };
      const key = JSON.stringify(call);
      if (seen.has(key)) continue;
      seen.add(key);
      if (identity === null && successes.length > 0) continue;
      const result = await session.call(info.kind, info.name, call.args, call.identity);
      tried++;
      if (result.error === null) {
        successes.push({ call, result });
        break;
      }
      const hint = rangeHint(result.error);
      if (hint !== null) hints.push(hint);
      // What a stranger hears says little about why nobody else may.
      if (identity !== null || refusals.size === 0)
        refusals.set(result.error, (refusals.get(result.error) ?? 0) + 1);
      // No other person changes that.
      if (isOutOfReach(result.error)) return { successes, tried, error: result.error };
      if (/ArgumentValidationError/.test(result.error)) break;
    }
  }
  const [most] = [...refusals].sort((a, b) => b[1] - a[1]);
  // Calls that read something say more than those that found nothing to do.
  successes.sort((a, b) => Number(b.result.documents > 0) - Number(a.result.documents > 0));
  return { successes: successes.slice(0, wanted), tried, error: most?.[0] ?? null };
}

/** What a call inside a transaction cannot have, so that the function is left out rather than failed. */
export function isOutOfReach(error: string): boolean {
  return (
    /which a measured action has not/.test(error) ||
    /Can't use (fetch\(\)|setTimeout|setInterval|.* in (queries|mutations))/i.test(error)
  );
}
