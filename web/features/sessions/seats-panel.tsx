// Who is at the table and how others get there: the join card and the seats, live.
import { useMutation } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useServerTimed } from "../../backend/server-clock-provider";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import { LiveView } from "../shell/live-view";
import { JoinCard } from "./join-card";
import { askAddresses, joinOrigin } from "./join-origin";

export type SeatsPanelProps = {
  sessionId: Id<"sessions">;
  code: string | null;
  expiresAt: number | null;
};

export function SeatsPanel({ sessionId, code, expiresAt }: SeatsPanelProps) {
  const isExpired = useServerTimed((now) => expiresAt !== null && expiresAt <= now);
  const origin = useJoinOrigin();
  const renew = useCommand(useMutation(api.sessions.renewJoinCode));
  const close = useCommand(useMutation(api.sessions.closeJoin));
  return (
    <div className="grid gap-6">
      <JoinCard
        code={code}
        expiresAt={expiresAt}
        isExpired={isExpired}
        origin={origin}
        isPending={renew.isPending || close.isPending}
        onRenew={() => void renew.run({ sessionId })}
        onClose={() => void close.run({ sessionId })}
      />
      <Seats sessionId={sessionId} />
    </div>
  );
}

function Seats({ sessionId }: { sessionId: Id<"sessions"> }) {
  const seats = useLive(api.sessions.getSessionPlayers, { sessionId });
  const party = useLive(api.characters.listForSession, { sessionId });
  const remove = useCommand(useMutation(api.sessions.removePlayer));
  const characterName = (characterId: string | null) =>
    party.status === "here"
      ? party.data.find((member) => member._id === characterId)?.name
      : undefined;
  return (
    <section aria-labelledby="seats">
      <h3 id="seats" className="border-b border-line pb-1 text-lead">
        Seats
      </h3>
      <LiveView live={seats} loading="The seats are loading" lines={2}>
        {(list) =>
          list.length === 0 ? (
            <p className="py-3 text-dim">
              Nobody sits here yet. Players appear by themselves as they join.
            </p>
          ) : (
            <ul aria-label="Players">
              {list.map((seat) => (
                <li
                  key={seat._id}
                  className="flex items-center justify-between gap-3 border-b border-line py-1"
                >
                  <span className="min-w-0">
                    <b>{seat.name}</b>{" "}
                    <span className="text-dim">
                      {seat.characterId === null
                        ? "is making a character"
                        : `plays ${characterName(seat.characterId) ?? "…"}`}
                    </span>
                  </span>
                  <RemoveButton
                    name={seat.name}
                    onRemove={() => void remove.run({ sessionPlayerId: seat._id })}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </LiveView>
    </section>
  );
}

/** Asks once more in place, without a dialog over the table. */
function RemoveButton({ name, onRemove }: { name: string; onRemove: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button tone="quiet" onClick={() => setIsAsking(true)} aria-label={`Remove ${name}`}>
        Remove
      </Button>
    );
  }
  return (
    <span className="flex gap-1">
      <Button tone="danger" onClick={onRemove} aria-label={`Yes, remove ${name} from the table`}>
        Remove {name}?
      </Button>
      <Button onClick={() => setIsAsking(false)}>Keep</Button>
    </span>
  );
}

function useJoinOrigin(): string {
  const [origin, setOrigin] = useState(window.location.origin);
  useEffect(() => {
    let isCurrent = true;
    void joinOrigin(window.location.origin, askAddresses).then((found) => {
      if (isCurrent) setOrigin(found);
    });
    return () => {
      isCurrent = false;
    };
  }, []);
  return origin;
}
