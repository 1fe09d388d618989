// The fight as its GM runs it: initiative first, then the turn rail with hit points and attacks.
import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asId } from "../../backend/ids";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import { AttackLine, type RollRequest } from "../bestiary/attack-line";
import { StatBlock } from "../bestiary/stat-block";
import type { TurnEntry } from "./combatant";
import { DifficultyMeter } from "./difficulty-meter";
import { hasTurns, type Combatant, type Fight } from "./fight";
import { HitPointControl } from "./hit-point-control";
import { InitiativeList } from "./initiative-list";
import { TurnRail } from "./turn-rail";
import { useCombatantHitPoints } from "./use-hit-points";

export type RunningFightProps = {
  sessionId: Id<"sessions">;
  fight: Fight;
  onRoll: (request: RollRequest) => void;
};

export function RunningFight({ sessionId, fight, onRoll }: RunningFightProps) {
  const encounterId = fight.encounter._id;
  const details = useLive(api.encounters.get, { encounterId });
  const levels = new Map(
    details.status === "here"
      ? details.data.encounter.monsters.map((entry) => [entry.monsterId, entry.level])
      : [],
  );
  return (
    <div className="grid gap-4">
      <Newcomers sessionId={sessionId} fight={fight} />
      {hasTurns(fight) ? (
        <TurnRail
          combatants={fight.combatants}
          diceOf={(combatant) =>
            combatant.monsterId === null ? 1 : (levels.get(combatant.monsterId) ?? 1)
          }
          hitPoints={(combatant) => (
            <CombatantControl sessionId={sessionId} combatant={combatant} />
          )}
          turnActions={(entry) => <TurnActions entry={entry} onRoll={onRoll} />}
        />
      ) : (
        <TakeInitiative fight={fight} />
      )}
      {details.status === "here" && (
        <details>
          <summary>How hard it is: {details.data.difficulty.tier}</summary>
          <DifficultyMeter {...details.data.difficulty} />
        </details>
      )}
      <EndFight encounterId={encounterId} name={fight.encounter.name} />
    </div>
  );
}

/** Characters who sat down, and creatures who came, after the fight began. */
function Newcomers({ sessionId, fight }: { sessionId: Id<"sessions">; fight: Fight }) {
  const encounterId = fight.encounter._id;
  const party = useLive(api.characters.listForSession, { sessionId });
  const addParty = useCommand(useMutation(api.encounters.addParty));
  const roll = useCommand(useMutation(api.encounters.rollInitiative));
  const fighting = new Set(fight.combatants.map((combatant) => combatant.characterId));
  const absent =
    party.status === "here" ? party.data.filter((member) => !fighting.has(member._id)) : [];
  const unrolled = fight.combatants.filter((combatant) => combatant.initiative === null).length;
  const names = absent.map((member) => member.name).join(" and ");
  return (
    <>
      {absent.length > 0 && (
        <Button isPending={addParty.isPending} onClick={() => void addParty.run({ encounterId })}>
          Bring {names} into the fight
        </Button>
      )}
      {hasTurns(fight) && unrolled > 0 && (
        <Button isPending={roll.isPending} onClick={() => void roll.run({ encounterId })}>
          Roll initiative for{" "}
          {unrolled === 1 ? "the newcomer" : `the ${String(unrolled)} newcomers`}
        </Button>
      )}
    </>
  );
}

function TakeInitiative({ fight }: { fight: Fight }) {
  const encounterId = fight.encounter._id;
  const roll = useCommand(useMutation(api.encounters.rollInitiative));
  const set = useCommand(useMutation(api.encounters.setInitiative));
  const missing = fight.combatants.filter((combatant) => combatant.initiative === null).length;
  return (
    <div className="grid gap-3">
      <p className="text-dim">
        Type what the players rolled (d20 + DEX), then roll for the rest. The first turn begins.
      </p>
      <InitiativeList
        combatants={fight.combatants}
        maySet={() => true}
        onSet={(combatantId, initiative) =>
          void set.run({ combatantId: asId<"combatants">(combatantId), initiative })
        }
      />
      <Button
        tone="primary"
        className="button-thumb"
        isPending={roll.isPending}
        onClick={() => void roll.run({ encounterId })}
      >
        {missing === fight.combatants.length
          ? "Roll for everybody"
          : missing === 0
            ? "Begin the first turn"
            : `Roll for the other ${String(missing)}`}
      </Button>
    </div>
  );
}

function CombatantControl({
  sessionId,
  combatant,
}: {
  sessionId: Id<"sessions">;
  combatant: Combatant;
}) {
  const { change, set } = useCombatantHitPoints(sessionId);
  const setHidden = useCommand(useMutation(api.encounters.setHidden));
  const remove = useCommand(useMutation(api.encounters.removeCombatant));
  const combatantId = combatant._id;
  if (combatant.hitPoints === null || combatant.maxHitPoints === null) return null;
  return (
    <HitPointControl
      name={combatant.name}
      hitPoints={combatant.hitPoints}
      maxHitPoints={combatant.maxHitPoints}
      onChange={(delta) => void change.run({ combatantId, delta })}
      onSet={(hitPoints) => void set.run({ combatantId, hitPoints })}
    >
      <div className="flex flex-wrap gap-2">
        {combatant.kind === "monster" && (
          <Button onClick={() => void setHidden.run({ combatantId, hidden: !combatant.isHidden })}>
            {combatant.isHidden ? `Reveal ${combatant.name}` : `Hide ${combatant.name}`}
          </Button>
        )}
        <Button onClick={() => void remove.run({ combatantId })}>Take out of the fight</Button>
      </div>
    </HitPointControl>
  );
}

function TurnActions({
  entry,
  onRoll,
}: {
  entry: TurnEntry<Combatant>;
  onRoll: (request: RollRequest) => void;
}) {
  const monsterId = entry.members[0]?.monsterId ?? null;
  if (monsterId === null) return null;
  return <MonsterActions monsterId={monsterId} onRoll={onRoll} />;
}

function MonsterActions({
  monsterId,
  onRoll,
}: {
  monsterId: Id<"monsters">;
  onRoll: (request: RollRequest) => void;
}) {
  const monster = useLive(api.monsters.get, { monsterId });
  const [isOpen, setIsOpen] = useState(false);
  if (monster.status !== "here") return null;
  return (
    <div className="mt-2 grid gap-2">
      {isOpen ? (
        <StatBlock monster={monster.data} onRoll={onRoll} idPrefix="turn" headingLevel={3} />
      ) : (
        <AttackLine monster={monster.data} onRoll={onRoll} idPrefix="turn" />
      )}
      <Button
        tone="quiet"
        className="justify-self-start"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? "Fold the stat block" : "Whole stat block"}
      </Button>
    </div>
  );
}

/** Asks once more in place: ending cannot be undone. */
function EndFight({ encounterId, name }: { encounterId: Id<"encounters">; name: string }) {
  const end = useCommand(useMutation(api.encounters.end));
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button className="justify-self-start" onClick={() => setIsAsking(true)}>
        End the fight
      </Button>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      <Button tone="danger" isPending={end.isPending} onClick={() => void end.run({ encounterId })}>
        Yes, “{name}” is over
      </Button>
      <Button onClick={() => setIsAsking(false)}>Fight on</Button>
    </div>
  );
}
