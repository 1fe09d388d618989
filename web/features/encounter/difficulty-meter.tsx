// The difficulty meter: where this fight stands between trivial and deadly, and why.
import "./difficulty-meter.css";

/** Tiers in rising order; each spans a quarter of monster levels per party level, the last is open. */
export const tiers = ["trivial", "easy", "medium", "hard", "deadly"] as const;
export type Tier = (typeof tiers)[number];

const TIER_WIDTH = 0.25;

export type DifficultyMeterProps = {
  /** Monster levels per party level. */
  ratio: number;
  /** The tier after all adjustments; may be above the one in which the ratio lies. */
  tier: Tier;
  reasons: readonly string[];
};

export function DifficultyMeter({ ratio, tier, reasons }: DifficultyMeterProps) {
  const position = Math.min(0.985, Math.max(0.015, ratio / (TIER_WIDTH * tiers.length)));
  const figure = formatRatio(ratio);
  return (
    <div className="meter">
      <div
        role="meter"
        aria-label="Difficulty"
        aria-valuemin={0}
        aria-valuemax={TIER_WIDTH * tiers.length}
        aria-valuenow={Math.min(ratio, TIER_WIDTH * tiers.length)}
        aria-valuetext={`${tier}, ${figure} monster levels per party level`}
      >
        <div className="flex items-baseline justify-between gap-4" aria-hidden>
          <strong className="font-display text-title font-black capitalize">{tier}</strong>
          <span className="text-small text-dim">
            <b className="text-lead text-ink">{figure}</b> monster levels per party level
          </span>
        </div>
        <div className="meter-scale" aria-hidden>
          <svg
            className="meter-marker"
            style={{ insetInlineStart: `${(position * 100).toFixed(1)}%` }}
            viewBox="0 0 16 20"
          >
            <path
              d="M8 0c1 4 6 6 6 12a6 6 0 0 1-12 0c0-3 1.700-4 2.500-6.500C5.500 6.500 6.200 7.500 6.500 9 7.500 6.500 8.500 4 8 0z"
              fill="var(--ember)"
            />
          </svg>
          {tiers.map((name) => (
            <span key={name} data-tier={name === tier}>
              {name}
            </span>
          ))}
        </div>
      </div>
      {reasons.length > 0 && (
        <ul className="mt-1 text-small text-dim" aria-label="Why">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Two digits after the point, without a tail of zeros: 0.75, 0.5, 2. */
export function formatRatio(ratio: number): string {
  return String(Math.round(ratio * 100) / 100);
}
