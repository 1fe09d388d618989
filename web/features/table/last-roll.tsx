// The latest roll of the table where the eye is, so that nobody must open the log for it.
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useLive } from "../../backend/use-live";
import { DiceLine } from "../dice/dice-line";

export function LastRoll({ sessionId }: { sessionId: Id<"sessions"> }) {
  const rolls = useLive(api.rolls.recent, { sessionId, limit: 1 });
  const roll = rolls.status === "here" ? rolls.data[0] : undefined;
  if (roll === undefined) return null;
  return <DiceLine key={roll._id} roll={roll} isFresh />;
}
