// Where a command's output goes; tests pass their own.

export interface Output {
  write: (text: string) => void;
  error: (text: string) => void;
}
