// One of a few, all visible: a row of toggles where exactly one is on.
import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactNode } from "react";

export type ChoiceRowProps<Value extends string> = {
  /** What is being chosen, for screen readers. */
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode }[];
  onChange: (value: Value) => void;
};

export function ChoiceRow<Value extends string>({
  label,
  value,
  options,
  onChange,
}: ChoiceRowProps<Value>) {
  return (
    <ToggleGroup
      className="choice-row"
      aria-label={label}
      value={[value]}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next[0]);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <Toggle key={option.value} value={option.value} className="choice">
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
