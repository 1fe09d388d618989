// Puts monsters from the bestiary into a fight: how many, in sight or hidden.
import { useMutation } from "convex/react";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { Button } from "../../components/ui/button";
import { SelectField } from "../../components/ui/field";
import { useNotify } from "../../components/ui/toast";
import type { StoredMonster } from "../bestiary/monster-browser";

const counts = ["1", "2", "3", "4", "5", "6", "8", "10", "12", "15", "20"] as const;
const heads = ["3", "4", "5", "6", "7", "8", "9", "10", "12"] as const;

/** Gives the fight that monsters go to, making one where there is none. */
export type FightForMonsters = () => Promise<Id<"encounters"> | undefined>;

export type AddMonsterProps = { monster: StoredMonster; fightFor: FightForMonsters };

/** One more of them: the button at the end of a row. */
export function AddOneMonster({ monster, fightFor }: AddMonsterProps) {
  const add = useAddMonsters(monster, fightFor);
  return (
    <Button
      className="self-center"
      aria-label={`Add ${monster.displayName} to the fight`}
      isPending={add.isPending}
      onClick={() => void add.run({ count: 1, hidden: false })}
    >
      <Plus size={20} strokeWidth={2} aria-hidden />
    </Button>
  );
}

/** Several at once, under an opened stat block. */
export function AddMonsters({ monster, fightFor }: AddMonsterProps) {
  const add = useAddMonsters(monster, fightFor);
  const [count, setCount] = useState<(typeof counts)[number]>("3");
  const [headCount, setHeadCount] = useState<(typeof heads)[number]>("5");
  const [isHidden, setIsHidden] = useState(false);
  const hasHeads = monster.perUnit === "head";
  return (
    <div className="mt-3 flex flex-wrap items-end gap-2">
      <div className="w-24">
        <SelectField
          label="How many"
          value={count}
          options={counts.map((value) => ({ value, label: value }))}
          onChange={setCount}
        />
      </div>
      {hasHeads && (
        <div className="w-24">
          <SelectField
            label="Heads"
            value={headCount}
            options={heads.map((value) => ({ value, label: value }))}
            onChange={setHeadCount}
          />
        </div>
      )}
      <Button aria-pressed={isHidden} onClick={() => setIsHidden(!isHidden)}>
        {isHidden ? "Hidden" : "In sight"}
      </Button>
      <Button
        className="flex-1"
        isPending={add.isPending}
        onClick={() =>
          void add.run({
            count: Number(count),
            hidden: isHidden,
            ...(hasHeads ? { heads: Number(headCount) } : {}),
          })
        }
      >
        Add ×{count} to the fight
      </Button>
    </div>
  );
}

function useAddMonsters(monster: StoredMonster, fightFor: FightForMonsters) {
  const addMonsters = useMutation(api.encounters.addMonsters);
  const notify = useNotify();
  return useCommand(async (how: { count: number; hidden: boolean; heads?: number }) => {
    const encounterId = await fightFor();
    if (encounterId === undefined) return;
    await addMonsters({ encounterId, monsterId: monster._id, ...how });
    notify("good", `${monster.displayName} ×${String(how.count)} added.`);
  });
}
