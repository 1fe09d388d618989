// The middle of the GM's table: the running fight, or the ones prepared and a way to prepare another.
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import type { RollRequest } from "../bestiary/attack-line";
import { NewNameForm } from "../campaigns/new-name-form";
import { LiveView } from "../shell/live-view";
import type { Fight } from "./fight";
import { PreparedFight } from "./prepared-fight";
import { RunningFight } from "./running-fight";

export type FightPanelProps = {
  sessionId: Id<"sessions">;
  fight: Fight | null;
  /** The prepared fight that is open; monsters added from the bestiary go there. */
  preparedId: Id<"encounters"> | null;
  onPrepared: (encounterId: Id<"encounters"> | null) => void;
  onFindMonsters: () => void;
  onRoll: (request: RollRequest) => void;
};

export function FightPanel(props: FightPanelProps) {
  const { sessionId, fight, onRoll } = props;
  return (
    <section className="chapter grid gap-3" aria-labelledby="fight">
      <div className="chapter-head">
        <h2 id="fight">{fight === null ? "The next fight" : fight.encounter.name}</h2>
      </div>
      {fight === null ? (
        <Preparation {...props} />
      ) : (
        <RunningFight sessionId={sessionId} fight={fight} onRoll={onRoll} />
      )}
    </section>
  );
}

function Preparation({ sessionId, preparedId, onPrepared, onFindMonsters }: FightPanelProps) {
  const encounters = useLive(api.encounters.list, { sessionId });
  const create = useCommand(useMutation(api.encounters.create), "here");
  return (
    <LiveView live={encounters} loading="The fights are loading">
      {(list) => {
        const open = list.filter((encounter) => !encounter.isCompleted);
        const chosen = open.find((encounter) => encounter._id === preparedId) ?? null;
        return (
          <div className="grid gap-4">
            {chosen !== null && (
              <PreparedFight
                key={chosen._id}
                encounterId={chosen._id}
                onFindMonsters={onFindMonsters}
              />
            )}
            {open.length > (chosen === null ? 0 : 1) && (
              <ul aria-label="Prepared fights" className="border-t border-line">
                {open
                  .filter((encounter) => encounter._id !== chosen?._id)
                  .map((encounter) => (
                    <li key={encounter._id} className="border-b border-line">
                      <Button
                        tone="quiet"
                        className="w-full justify-between! text-start!"
                        onClick={() => onPrepared(encounter._id)}
                      >
                        <span className="font-display text-lead font-black">{encounter.name}</span>
                        <span className="text-small font-normal text-dim">
                          {rosterWords(encounter.monsters)}
                        </span>
                      </Button>
                    </li>
                  ))}
              </ul>
            )}
            {open.length === 0 && (
              <p className="text-dim">No fight is prepared. Name one, then add monsters to it.</p>
            )}
            <NewNameForm
              key={list.length}
              isAside={open.length > 0}
              label={open.length > 0 ? "Prepare another fight" : "Prepare a fight"}
              placeholder="Goblins at the well"
              action="Prepare"
              isPending={create.isPending}
              refusal={create.refusal?.message ?? null}
              onSubmit={(name) => {
                void create.run({ sessionId, name }).then((encounterId) => {
                  if (encounterId !== undefined) onPrepared(encounterId);
                });
              }}
            />
          </div>
        );
      }}
    </LiveView>
  );
}

function rosterWords(monsters: readonly { name: string; count: number }[]): string {
  if (monsters.length === 0) return "empty";
  return monsters
    .map(({ name, count }) => (count === 1 ? name : `${name} ×${String(count)}`))
    .join(", ");
}
