// A fight before it starts: who waits, how hard it will be, and the button that opens it to the table.
import { useMutation } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Minus, Plus } from "lucide-react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/notice";
import { LiveView } from "../shell/live-view";
import { DifficultyMeter } from "./difficulty-meter";

type Prepared = FunctionReturnType<typeof api.encounters.get>;
type RosterEntry = Prepared["encounter"]["monsters"][number];

export type PreparedFightProps = {
  encounterId: Id<"encounters">;
  /** Brings the bestiary into view, where monsters are added from. */
  onFindMonsters: () => void;
};

export function PreparedFight({ encounterId, onFindMonsters }: PreparedFightProps) {
  const live = useLive(api.encounters.get, { encounterId });
  const start = useCommand(useMutation(api.encounters.start));
  const remove = useCommand(useMutation(api.encounters.remove));
  return (
    <LiveView live={live} loading="The fight is loading" lines={5}>
      {(prepared) => {
        const { encounter, difficulty } = prepared;
        return (
          <div className="grid gap-4">
            <h3 className="text-title">{encounter.name}</h3>
            {encounter.monsters.length === 0 ? (
              <EmptyState
                action={<Button onClick={onFindMonsters}>Find monsters in the bestiary</Button>}
              >
                Nobody waits here yet. Add monsters from the bestiary.
              </EmptyState>
            ) : (
              <>
                <Roster prepared={prepared} />
                <DifficultyMeter
                  ratio={difficulty.ratio}
                  tier={difficulty.tier}
                  reasons={difficulty.reasons}
                />
                <p className="text-small text-dim">
                  For a fight to the end. Fleeing, talking and morale change everything.
                </p>
              </>
            )}
            <div className="flex flex-wrap gap-2">
              <Button
                tone="primary"
                className="button-thumb flex-1"
                disabled={encounter.monsters.length === 0}
                isPending={start.isPending}
                onClick={() => void start.run({ encounterId })}
              >
                Start the fight
              </Button>
              <Button isPending={remove.isPending} onClick={() => void remove.run({ encounterId })}>
                Discard
              </Button>
            </div>
          </div>
        );
      }}
    </LiveView>
  );
}

function Roster({ prepared }: { prepared: Prepared }) {
  return (
    <ul aria-label="Monsters in this fight" className="border-t border-line">
      {prepared.encounter.monsters.map((entry) => (
        <RosterRow
          key={`${entry.monsterId}-${String(entry.level)}`}
          entry={entry}
          prepared={prepared}
        />
      ))}
    </ul>
  );
}

function RosterRow({ entry, prepared }: { entry: RosterEntry; prepared: Prepared }) {
  const add = useCommand(useMutation(api.encounters.addMonsters));
  const removeOne = useCommand(useMutation(api.encounters.removeCombatant));
  const setHidden = useCommand(useMutation(api.encounters.setHidden));
  const members = prepared.combatants.filter(
    (combatant) => combatant.monsterId === entry.monsterId,
  );
  const last = members.at(-1);
  const isHidden = members.length > 0 && members.every((member) => member.isHidden);
  const encounterId = prepared.encounter._id;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line py-2">
      <span className="min-w-32 flex-1">
        <span className="font-display text-lead font-black">{entry.name}</span>{" "}
        <span className="text-small text-dim">
          level {entry.level} · {entry.hitDice}
        </span>
      </span>
      <Button
        aria-label={
          isHidden ? `Hidden: show ${entry.name} to players` : `In sight: hide ${entry.name}`
        }
        onClick={() => {
          for (const member of members) {
            void setHidden.run({ combatantId: member._id, hidden: !isHidden });
          }
        }}
      >
        {isHidden ? "Hidden" : "In sight"}
      </Button>
      <span className="flex items-center" role="group" aria-label={`Number of ${entry.name}`}>
        <Button
          aria-label={`One ${entry.name} less`}
          isPending={removeOne.isPending}
          onClick={() => {
            if (last !== undefined) void removeOne.run({ combatantId: last._id });
          }}
        >
          <Minus size={18} strokeWidth={2} aria-hidden />
        </Button>
        <b className="min-w-10 text-center text-lead">×{entry.count}</b>
        <Button
          aria-label={`One ${entry.name} more`}
          isPending={add.isPending}
          onClick={() =>
            void add.run({
              encounterId,
              monsterId: entry.monsterId,
              count: 1,
              hidden: isHidden,
            })
          }
        >
          <Plus size={18} strokeWidth={2} aria-hidden />
        </Button>
      </span>
    </li>
  );
}
