// `console` whose lines become log lines: `[LEVEL] arg1 arg2`, arguments printed as object-inspect does.
import inspect from "object-inspect";
import { define } from "./clock-and-chance.ts";

/** One argument as Convex prints it: strings in single quotes. */
export function printArgument(value: unknown): string {
  try {
    return inspect(value, { indent: 2, maxStringLength: 32_768, quoteStyle: "single" });
  } catch {
    return "[unprintable]";
  }
}

/** A console that hands each line to `write`. `now` measures `time`. */
export function createConsole(
  write: (level: "DEBUG" | "INFO" | "LOG" | "WARN" | "ERROR", text: string) => void,
  now: () => number,
): Record<string, (...args: unknown[]) => void> {
  const timers = new Map<string, number>();
  const counts = new Map<string, number>();
  const print = (args: unknown[]): string => args.map(printArgument).join(" ");
  const elapsed = (label: string): string | null => {
    const start = timers.get(label);
    return start === undefined ? null : `${label}: ${Math.round(now() - start)}ms`;
  };
  const timerMissing = (label: string): void => write("WARN", `Timer '${label}' does not exist`);
  return {
    debug: (...args) => write("DEBUG", print(args)),
    info: (...args) => write("INFO", print(args)),
    log: (...args) => write("LOG", print(args)),
    warn: (...args) => write("WARN", print(args)),
    error: (...args) => write("ERROR", print(args)),
    dir: (...args) => write("LOG", print(args.slice(0, 1))),
    table: (...args) => write("LOG", print(args.slice(0, 1))),
    trace: (...args) => {
      const frames = (new Error().stack ?? "").split("\n").slice(2).join("\n");
      write("LOG", `${print(args)}\n${frames}`.trim());
    },
    assert: (condition, ...args) => {
      if (!condition) write("ERROR", ["Assertion failed", ...args.map(printArgument)].join(" "));
    },
    count: (label = "default") => {
      const count = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), count);
      write("INFO", `${String(label)}: ${count}`);
    },
    countReset: (label = "default") => void counts.delete(String(label)),
    group: (...args) => write("LOG", print(args)),
    groupCollapsed: (...args) => write("LOG", print(args)),
    groupEnd: () => undefined,
    clear: () => undefined,
    time: (label = "default") => void timers.set(String(label), now()),
    timeLog: (label = "default", ...args) => {
      const text = elapsed(String(label));
      if (text === null) timerMissing(String(label));
      else write("INFO", [text, ...args.map(printArgument)].join(" "));
    },
    timeEnd: (label = "default") => {
      const text = elapsed(String(label));
      if (text === null) timerMissing(String(label));
      else write("INFO", text);
      timers.delete(String(label));
    },
  };
}

export function installConsole(
  write: (level: string, text: string) => void,
  now: () => number,
): void {
  define("console", createConsole(write, now));
}
