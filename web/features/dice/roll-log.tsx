// The dice of the table, newest first, live.
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useLive } from "../../backend/use-live";
import { LiveView } from "../shell/live-view";
import { DiceLine } from "./dice-line";

const SHOWN = 30;

export function RollLog({
  sessionId,
  limit = SHOWN,
}: {
  sessionId: Id<"sessions">;
  limit?: number;
}) {
  const rolls = useLive(api.rolls.recent, { sessionId, limit });
  return (
    <LiveView live={rolls} loading="The dice log is loading">
      {(list) =>
        list.length === 0 ? (
          <p className="py-2 text-dim">No dice have fallen yet.</p>
        ) : (
          <ol aria-label="Rolls, newest first" className="grid">
            {list.map((roll, index) => (
              <li key={roll._id}>
                <DiceLine roll={roll} isFresh={index === 0} />
              </li>
            ))}
          </ol>
        )
      }
    </LiveView>
  );
}
