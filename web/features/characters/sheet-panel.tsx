// A character's sheet with its data: hit points change at once, abilities roll at the table.
import { useLive } from "../../backend/use-live";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { TableRollRequest } from "../dice/use-table-roll";
import { useCharacterHitPoints } from "../encounter/use-hit-points";
import { LiveView } from "../shell/live-view";
import { CharacterSheet } from "./character-sheet";

export type SheetPanelProps = {
  sessionId: Id<"sessions">;
  characterId: Id<"characters">;
  onRoll: (request: TableRollRequest) => void;
};

export function SheetPanel({ sessionId, characterId, onRoll }: SheetPanelProps) {
  const sheet = useLive(api.characters.getCharacterWithItems, { characterId });
  const hitPoints = useCharacterHitPoints(sessionId);
  return (
    <LiveView live={sheet} loading="The sheet is loading" lines={6}>
      {({ character, items }) => (
        <CharacterSheet
          character={character}
          items={items}
          onHitPoints={(delta) => void hitPoints.run({ characterId, delta })}
          onRollAbility={(ability, modifier) =>
            onRoll({
              expression: `1d20${modifier === 0 ? "" : modifier > 0 ? `+${String(modifier)}` : String(modifier)}`,
              label: `${character.name} · ${ability}`,
            })
          }
        />
      )}
    </LiveView>
  );
}
