// The log of the server: one line per event, fields before prose. `pino` fits this interface, and so does a test's array.

export interface ServerLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
