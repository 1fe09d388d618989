// One name and one button: how campaigns, sessions and fights begin.
import { useState } from "react";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";

const LONGEST_NAME = 80;

export type NewNameFormProps = {
  label: string;
  action: string;
  placeholder?: string;
  /** Not the screen's main action when something else is. */
  isAside?: boolean;
  isPending?: boolean;
  refusal?: string | null;
  onSubmit: (name: string) => void;
};

export function NewNameForm({
  label,
  action,
  placeholder,
  isAside = false,
  isPending = false,
  refusal = null,
  onSubmit,
}: NewNameFormProps) {
  const [name, setName] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  return (
    <form
      noValidate
      className="flex max-w-xl flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        setIsMissing(name.trim() === "");
        if (name.trim() !== "") onSubmit(name.trim());
      }}
    >
      <div className="min-w-48 flex-1">
        <TextField
          label={label}
          placeholder={placeholder}
          value={name}
          maxLength={LONGEST_NAME}
          autoComplete="off"
          error={isMissing ? "It needs a name first." : refusal}
          onChange={(value) => {
            setName(value);
            setIsMissing(false);
          }}
        />
      </div>
      <Button type="submit" tone={isAside ? "plain" : "primary"} isPending={isPending}>
        {action}
      </Button>
    </form>
  );
}
