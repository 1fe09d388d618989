// One die drawn as its silhouette with the face that fell.
import "./dice.css";

export type ShownDie = { sides: number; value: number; kept: boolean };

/** Outline of a die on a 24 × 24 field; dice without a shape of their own are round. */
const outlines: Readonly<Record<number, string>> = {
  4: "M12 2 22.500 20.500H1.500z",
  6: "M3.500 3.500h17v17h-17z",
  8: "M12 1 22 12 12 23 2 12z",
  10: "M12 1 23 10.500 12 23 1 10.500z",
  12: "M12 1.500 22.500 9 18.500 21.500h-13L1.500 9z",
  20: "M12 1 21.500 6.500v11L12 23 2.500 17.500v-11z",
};

const baseline: Readonly<Record<number, number>> = { 4: 18.5, 12: 17, 10: 15 };

/** Ornament: the sentence beside it says the same, so it is hidden from screen readers. */
export function DieShape({ die }: { die: ShownDie }) {
  const outline = outlines[die.sides];
  const face =
    die.sides === 20 && die.kept
      ? die.value === 20
        ? "top"
        : die.value === 1
          ? "bottom"
          : "plain"
      : "plain";
  return (
    <svg className="die" viewBox="0 0 24 24" aria-hidden data-kept={die.kept} data-face={face}>
      {outline === undefined ? <circle cx="12" cy="12" r="11" /> : <path d={outline} />}
      <text x="12" y={baseline[die.sides] ?? 16.2}>
        {die.value}
      </text>
    </svg>
  );
}
