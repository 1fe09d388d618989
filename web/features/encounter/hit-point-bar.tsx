// How much is left: as a bar with figures for those who may know, as a word with pips for those who may not.
import type { HealthWord } from "@torchkeeper/rules";
import "./hit-points.css";

export type HitPointBarProps = {
  hitPoints: number;
  maxHitPoints: number;
  /** Number of hit dice: one tick each. */
  dice?: number;
};

/** Ornament beside the number, which carries the meaning; hidden from screen readers. */
export function HitPointBar({ hitPoints, maxHitPoints, dice = 1 }: HitPointBarProps) {
  const share = maxHitPoints <= 0 ? 0 : Math.max(0, Math.min(1, hitPoints / maxHitPoints));
  const level = share <= 0.25 ? "low" : share <= 0.5 ? "half" : "high";
  return (
    <div className="hp-bar" data-level={level} aria-hidden>
      <div className="hp-bar-left" style={{ width: `${(share * 100).toFixed(1)}%` }} />
      <div className="hp-bar-ticks">
        {Array.from({ length: Math.max(1, Math.min(20, dice)) }, (_, index) => (
          <i key={index} />
        ))}
      </div>
    </div>
  );
}

const pipsByWord: Record<HealthWord, number> = {
  unhurt: 5,
  grazed: 4,
  wounded: 3,
  bloodied: 2,
  "near death": 1,
  down: 0,
};

const colourByWord: Record<HealthWord, string> = {
  unhurt: "text-verdigris",
  grazed: "text-verdigris",
  wounded: "text-gold",
  bloodied: "text-blood",
  "near death": "text-blood",
  down: "text-dim",
};

/** The health word with as many full pips as the word is worth. */
export function HealthMark({ word }: { word: HealthWord }) {
  return (
    <span className={`inline-flex items-center gap-2 whitespace-nowrap ${colourByWord[word]}`}>
      <span className="health-pips" aria-hidden>
        {Array.from({ length: 5 }, (_, index) => (
          <i key={index} data-full={index < pipsByWord[word]} />
        ))}
      </span>
      <span className="font-semibold">{word}</span>
    </span>
  );
}
