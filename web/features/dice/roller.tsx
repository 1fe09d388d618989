// Rolling at the table: the seven dice as one-tap buttons, a field for anything else, and whether others see it.
import { parseDice } from "@torchkeeper/rules";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";

const dice = ["d4", "d6", "d8", "d10", "d12", "d20", "d100"] as const;

export type RollerProps = {
  /** For those who may roll unseen: whether they do, and how to change it. */
  hiding?: { isHidden: boolean; onChange: (isHidden: boolean) => void };
  isPending?: boolean;
  onRoll: (entry: { expression: string }) => void;
};

export function Roller({ hiding, isPending = false, onRoll }: RollerProps) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  return (
    <div className="grid gap-2">
      <div className="grid grid-cols-7" role="group" aria-label="Roll one die">
        {dice.map((die) => (
          <Button
            key={die}
            className="-ms-px rounded-none px-0!"
            aria-label={`Roll ${die}`}
            onClick={() => onRoll({ expression: `1${die}` })}
          >
            {die}
          </Button>
        ))}
      </div>
      <form
        noValidate
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          const problem = diceProblem(typed);
          setError(problem);
          if (problem === null) onRoll({ expression: typed.trim() });
        }}
      >
        <div className="flex-1">
          <TextField
            label="Or type the dice"
            placeholder="2d6+3, d20 adv"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            error={error}
            onChange={(value) => {
              setTyped(value);
              setError(null);
            }}
          />
        </div>
        <Button type="submit" isPending={isPending}>
          Roll
        </Button>
      </form>
      {hiding !== undefined && (
        <Button aria-pressed={hiding.isHidden} onClick={() => hiding.onChange(!hiding.isHidden)}>
          {hiding.isHidden ? (
            <EyeOff size={18} strokeWidth={1.5} aria-hidden />
          ) : (
            <Eye size={18} strokeWidth={1.5} aria-hidden />
          )}
          {hiding.isHidden ? "Only you see your rolls" : "The table sees your rolls"}
        </Button>
      )}
    </div>
  );
}

function diceProblem(text: string): string | null {
  try {
    parseDice(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "These dice cannot be read.";
  }
}
