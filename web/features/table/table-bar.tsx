// What must never scroll away: the torch, the round and whose turn it is.
import type { ReactNode } from "react";
import { useServerNow } from "../../backend/server-clock-provider";
import { LiveRegion } from "../../components/ui/live-region";
import { turnAnnouncement, upNext } from "../encounter/combatant";
import { hasTurns, type Fight } from "../encounter/fight";
import { LightAnnouncer } from "../light/light-announcer";
import type { TableLight } from "../light/light-words";
import { Fuse, TorchRing } from "../light/torch-ring";
import "./table-bar.css";
import { usePageTitle } from "../shell/use-page-title";

export type TableBarProps = {
  title: string;
  lights: readonly TableLight[];
  fight: Fight | null;
  /** The reader's own character: its turn lights up the bar. */
  ownCharacterId?: string | null;
  end?: ReactNode;
};

export function TableBar(props: TableBarProps) {
  usePageTitle(props.title);
  const { title, lights, fight, ownCharacterId = null, end } = props;
  const now = useServerNow();
  const current = fight?.combatants.find((combatant) => combatant.isCurrent) ?? null;
  const isOwn =
    current !== null && current.characterId === ownCharacterId && ownCharacterId !== null;
  const isRunning = fight !== null && hasTurns(fight);
  return (
    <header className="table-bar" data-own-turn={isOwn}>
      <div className="table-bar-row">
        <TorchRing lights={lights} now={now} size="small" />
        <div className="min-w-0">
          <h1 className="label truncate font-body font-normal">
            {isRunning ? `Round ${String(fight.encounter.round)} · ${title}` : title}
          </h1>
          <p className="table-turn">{turnWords(fight, current?.name ?? null, isOwn)}</p>
          {isRunning && <NextLine fight={fight} ownCharacterId={ownCharacterId} />}
        </div>
        {end}
      </div>
      <Fuse lights={lights} now={now} />
      <LiveRegion
        text={isRunning ? turnAnnouncement(fight.encounter.round, fight.combatants) : ""}
      />
      <LightAnnouncer lights={lights} now={now} />
    </header>
  );
}

function NextLine({ fight, ownCharacterId }: { fight: Fight; ownCharacterId: string | null }) {
  const next = upNext(fight.combatants);
  if (next === null) return null;
  const isOwn = next.characterId !== null && next.characterId === ownCharacterId;
  return <p className="label truncate">{isOwn ? "You are next" : `Next: ${next.name}`}</p>;
}

function turnWords(fight: Fight | null, name: string | null, isOwn: boolean): string {
  if (fight === null) return "No fight";
  if (!hasTurns(fight)) return "Roll initiative";
  if (isOwn) return "Your turn";
  // The turn of somebody the reader may not see: nothing is said of who, or that anybody is there.
  return name ?? "The GM’s turn";
}
