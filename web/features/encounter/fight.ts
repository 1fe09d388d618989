// The running fight of a table as the data layer gives it.
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";

export type Fight = NonNullable<FunctionReturnType<typeof api.encounters.current>>;
export type Combatant = Fight["combatants"][number];

/** Before initiative is taken there is no round. */
export function hasTurns(fight: Fight): boolean {
  return fight.encounter.round > 0;
}
