// Monsters as rows of a printed index: level, name, figures. A row opens its stat block in place.
import { useState, type ReactNode } from "react";
import type { StatBlockMonster } from "./stat-block";

export type ListedMonster = StatBlockMonster & { _id: string };

export type MonsterListProps<M extends ListedMonster> = {
  monsters: readonly M[];
  /** What an opened row shows. */
  entry: (monster: M) => ReactNode;
  /** A control at the end of each row. */
  action?: (monster: M) => ReactNode;
};

export function MonsterList<M extends ListedMonster>(props: MonsterListProps<M>) {
  const [openId, setOpenId] = useState<string | null>(null);
  return (
    <ul aria-label="Monsters" className="border-t border-line">
      {props.monsters.map((monster) => {
        const isOpen = monster._id === openId;
        return (
          <li key={monster._id} className="border-b border-line">
            <div className="flex items-stretch gap-1">
              <button
                type="button"
                className="grid min-h-12 flex-1 cursor-pointer grid-cols-[2rem_minmax(0,1fr)_auto] items-center gap-x-3 py-1.5 text-start hover:bg-raised"
                aria-expanded={isOpen}
                onClick={() => setOpenId(isOpen ? null : monster._id)}
              >
                <span className="text-center font-display text-lead font-black">
                  <span className="sr-only">Level </span>
                  {monster.level}
                </span>
                <span className="min-w-0">
                  <b className="block leading-tight">{monster.displayName}</b>
                  <span className="text-small text-dim">{monster.type}</span>
                </span>
                <span className="text-small whitespace-nowrap text-dim">
                  AC <b className="text-body text-ink">{monster.armorClass}</b> · HP{" "}
                  <b className="text-body text-ink">{monster.hitPoints}</b>
                </span>
              </button>
              {props.action?.(monster)}
            </div>
            {isOpen && <div className="pb-4">{props.entry(monster)}</div>}
          </li>
        );
      })}
    </ul>
  );
}
