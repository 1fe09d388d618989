// − number +: a tap is one point, holding or pressing the number opens the larger amounts and a field to type in.
import { Minus, Plus } from "lucide-react";
import { useId, useRef, useState, type ReactNode, type SyntheticEvent } from "react";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";
import { readHitPointEntry } from "./hit-point-entry";
import "./hit-points.css";

const HOLD_MS = 450;
const amounts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export type HitPointControlProps = {
  /** Whose hit points, for the names of the buttons. */
  name: string;
  hitPoints: number;
  maxHitPoints: number;
  onChange: (delta: number) => void;
  /** Sets the number outright; without it a typed number becomes the change that leads there. */
  onSet?: (hitPoints: number) => void;
  /** `great` on a sheet, where this number matters most. */
  size?: "row" | "great";
  /** What else can be done with this one, shown with the larger amounts. */
  children?: ReactNode;
};

/** Two neighbours in the grid or row they are put in: the control, and below it, when open, the larger amounts. */
export function HitPointControl({
  name,
  hitPoints,
  maxHitPoints,
  onChange,
  onSet,
  size = "row",
  children,
}: HitPointControlProps) {
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  const change = (delta: number) => {
    onChange(delta);
    setIsOpen(false);
  };
  return (
    <>
      <div
        className="hp-control"
        data-size={size}
        role="group"
        aria-label={`Hit points of ${name}`}
      >
        <HoldButton
          label={`${name}: 1 damage`}
          onTap={() => onChange(-1)}
          onHold={() => setIsOpen(true)}
        >
          <Minus size={20} strokeWidth={2} aria-hidden />
        </HoldButton>
        <Button
          className="hp-number"
          aria-expanded={isOpen}
          aria-controls={isOpen ? panelId : undefined}
          aria-label={`${name}: ${String(hitPoints)}/${String(maxHitPoints)} hit points, change by more`}
          onClick={() => setIsOpen((open) => !open)}
        >
          <span>
            {hitPoints}
            <small>/{maxHitPoints}</small>
          </span>
        </Button>
        <HoldButton
          label={`${name}: heal 1`}
          onTap={() => onChange(1)}
          onHold={() => setIsOpen(true)}
        >
          <Plus size={20} strokeWidth={2} aria-hidden />
        </HoldButton>
      </div>
      {isOpen && (
        <LargerAmounts
          id={panelId}
          name={name}
          onChange={change}
          onSet={(value) => {
            if (onSet === undefined) onChange(value - hitPoints);
            else onSet(value);
            setIsOpen(false);
          }}
          onClose={() => setIsOpen(false)}
        >
          {children}
        </LargerAmounts>
      )}
    </>
  );
}

type LargerAmountsProps = {
  id: string;
  name: string;
  onChange: (delta: number) => void;
  onSet: (hitPoints: number) => void;
  onClose: () => void;
  children: ReactNode;
};

function LargerAmounts({ id, name, onChange, onSet, onClose, children }: LargerAmountsProps) {
  const [direction, setDirection] = useState<"hurt" | "heal">("hurt");
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  const sign = direction === "hurt" ? "−" : "+";
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const entry = readHitPointEntry(typed);
    if (entry.kind === "unreadable") setError(entry.message);
    else if (entry.kind === "change") onChange(entry.delta);
    else onSet(entry.hitPoints);
  };
  return (
    // Escape closes the group from any control in it; the group itself is not a control.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-element-interactions
    <div
      id={id}
      className="hp-more"
      role="group"
      aria-label={`Change ${name} by more`}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className="hp-amounts">
        {amounts.map((amount) => (
          <Button
            key={amount}
            aria-label={
              direction === "hurt" ? `${String(amount)} damage` : `heal ${String(amount)}`
            }
            onClick={() => onChange(direction === "hurt" ? -amount : amount)}
          >
            {sign}
            {amount}
          </Button>
        ))}
      </div>
      <div className="flex flex-wrap items-end gap-2">
        <Button
          aria-pressed={direction === "heal"}
          onClick={() => setDirection(direction === "hurt" ? "heal" : "hurt")}
        >
          {direction === "hurt" ? "Heal instead" : "Hurt instead"}
        </Button>
        <form onSubmit={submit} className="flex flex-1 items-end gap-2">
          <div className="min-w-24 flex-1">
            <TextField
              label="Or type"
              placeholder="7, -5 or +3"
              inputMode="text"
              autoComplete="off"
              value={typed}
              error={error}
              onChange={(value) => {
                setTyped(value);
                setError(null);
              }}
            />
          </div>
          <Button type="submit">Apply</Button>
        </form>
      </div>
      {children}
    </div>
  );
}

type HoldButtonProps = {
  label: string;
  onTap: () => void;
  onHold: () => void;
  children: ReactNode;
};

function HoldButton({ label, onTap, onHold, children }: HoldButtonProps) {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const wasHeld = useRef(false);
  const stop = () => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
  };
  return (
    <Button
      aria-label={label}
      onPointerDown={() => {
        wasHeld.current = false;
        stop();
        timer.current = setTimeout(() => {
          wasHeld.current = true;
          onHold();
        }, HOLD_MS);
      }}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onContextMenu={(event) => event.preventDefault()}
      onClick={() => {
        if (wasHeld.current) wasHeld.current = false;
        else onTap();
      }}
    >
      {children}
    </Button>
  );
}
