// A row that flashes once when the hit points it shows go down.
import { useState, type ReactNode } from "react";

export type StruckRowProps = {
  hitPoints: number | null;
  isCurrent: boolean;
  children: ReactNode;
};

export function StruckRow({ hitPoints, isCurrent, children }: StruckRowProps) {
  const [seen, setSeen] = useState(hitPoints);
  const [blows, setBlows] = useState(0);
  if (hitPoints !== seen) {
    setSeen(hitPoints);
    if (hitPoints !== null && seen !== null && hitPoints < seen) setBlows(blows + 1);
  }
  return (
    <li className="member" data-current={isCurrent}>
      {blows > 0 && <span key={blows} className="struck-flash" aria-hidden />}
      {children}
    </li>
  );
}
