// Fields of a form: a label above, a hint or an error below, tied together for screen readers.
import { Field } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";

type Frame = {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with the value and how to put it right; empty or absent when nothing is. */
  error?: string | null;
};

export type TextFieldProps = Frame &
  Omit<ComponentProps<"input">, "value" | "onChange" | "defaultValue"> & {
    value: string;
    onChange: (value: string) => void;
    className?: string;
  };

export function TextField({
  label,
  hint,
  error,
  value,
  onChange,
  className = "",
  ...rest
}: TextFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      <Field.Control
        {...rest}
        className={`input ${className}`}
        value={value}
        onValueChange={(next) => onChange(next)}
      />
    </FieldFrame>
  );
}

export type TextAreaFieldProps = Frame & {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  maxLength?: number;
};

export function TextAreaField({
  label,
  hint,
  error,
  value,
  onChange,
  rows = 3,
  maxLength,
}: TextAreaFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      <Field.Control
        render={<textarea rows={rows} maxLength={maxLength} />}
        className="input"
        value={value}
        onValueChange={(next) => onChange(next)}
      />
    </FieldFrame>
  );
}

export type SelectOption<Value extends string> = { value: Value; label: string };

export type SelectFieldProps<Value extends string> = Frame & {
  value: Value;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
};

/** The platform's own list of choices: on a phone nothing beats it. */
export function SelectField<Value extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
}: SelectFieldProps<Value>) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      <Field.Control
        render={
          <select>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        }
        className="input"
        value={value}
        onValueChange={(next) => {
          const chosen = options.find((option) => option.value === next);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      />
    </FieldFrame>
  );
}

function FieldFrame({ label, hint, error, children }: Frame & { children: ReactNode }) {
  const isInvalid = error !== undefined && error !== null && error !== "";
  return (
    <Field.Root className="field" invalid={isInvalid}>
      <Field.Label className="field-label">{label}</Field.Label>
      {children}
      {hint !== undefined && <Field.Description className="field-hint">{hint}</Field.Description>}
      <Field.Error className="field-error" match={isInvalid}>
        {error}
      </Field.Error>
    </Field.Root>
  );
}
