// The log lines of one call, nested calls included, with Convex's limits on number and length.

const maximumLines = 256;
const maximumLength = 32_768;
const truncatedSuffix = " (truncated due to length)";

export class LogLines {
  readonly #lines: string[] = [];
  readonly #onLine: ((line: string) => void) | undefined;
  #hasOverflowed = false;

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(level: string, text: string): void {
    if (this.#hasOverflowed) return;
    if (this.#lines.length >= maximumLines) {
      this.#hasOverflowed = true;
      this.#push(`[ERROR] Log overflow (maximum ${maximumLines}). Remaining log lines omitted.`);
      return;
    }
    const line = `[${level}] ${text}`;
    this.#push(
      line.length > maximumLength
        ? line.slice(0, maximumLength - truncatedSuffix.length) + truncatedSuffix
        : line,
    );
  }

  /** Lines of the server itself; never cut off. */
  addWarnings(texts: readonly string[]): void {
    for (const text of texts) this.#push(`[WARN] ${text}`);
  }

  list(): string[] {
    return this.#lines;
  }

  #push(line: string): void {
    this.#lines.push(line);
    this.#onLine?.(line);
  }
}
