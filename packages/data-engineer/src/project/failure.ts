// The one error class of the tool: something the caller can mend, told without a stack trace (exit code 2).

export type FailureKind =
  "no-project" | "no-schema" | "bad-config" | "bad-argument" | "git" | "not-found" | "write";

/** `message` says what was expected, what came and the way out. */
export class ToolFailure extends Error {
  readonly kind: FailureKind;
  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ToolFailure";
    this.kind = kind;
  }
}
