// The button: one shape, four tones. A button that waits says so and cannot be pressed twice.
import type { ComponentProps } from "react";

export type ButtonTone = "plain" | "primary" | "quiet" | "danger";

const toneClass: Record<ButtonTone, string> = {
  plain: "button",
  primary: "button button-primary",
  quiet: "button button-quiet",
  danger: "button button-danger",
};

/** Classes of a button, for links that look like one. */
export function buttonClass(tone: ButtonTone = "plain", extra = ""): string {
  return `${toneClass[tone]} ${extra}`.trim();
}

export type ButtonProps = ComponentProps<"button"> & {
  tone?: ButtonTone;
  /** True while the press is being carried out. */
  isPending?: boolean;
};

export function Button({
  tone = "plain",
  isPending = false,
  className = "",
  type = "button",
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={buttonClass(tone, className)}
      disabled={disabled === true || isPending}
      aria-busy={isPending || undefined}
      {...rest}
    />
  );
}
