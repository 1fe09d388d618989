// What one function execution may use up, with Convex's texts at the limits and near them.

import { UserError } from "../values/errors.ts";
import type { UsageName } from "./transaction.ts";

interface Limit {
  readonly maximum: number;
  /** The text at the limit, and the same as a warning. `null`: not limited. */
  readonly tooMany: string;
  readonly many: string;
  readonly unit: string;
  readonly advice: string;
}

const mebibyte = 1 << 20;
const readAdvice =
  " Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.";

const limits: Record<UsageName, Limit> = {
  bytesRead: {
    maximum: 16 * mebibyte,
    tooMany: "Too many bytes read in a single function execution",
    many: "Many bytes read in a single function execution",
    unit: " bytes",
    advice: readAdvice,
  },
  documentsRead: {
    maximum: 32_000,
    tooMany: "Too many documents read in a single function execution",
    many: "Many documents read in a single function execution",
    unit: "",
    advice: readAdvice,
  },
  databaseQueries: {
    maximum: 4_096,
    tooMany: "Too many reads in a single function execution",
    many: "Many reads in a single function execution",
    unit: "",
    advice: readAdvice,
  },
  documentsWritten: {
    maximum: 16_000,
    tooMany: "Too many writes in a single function execution",
    many: "Many writes in a single function execution",
    unit: "",
    advice: "",
  },
  bytesWritten: {
    maximum: 16 * mebibyte,
    tooMany: "Too many bytes written in a single function execution",
    many: "Many bytes written in a single function execution",
    unit: " bytes",
    advice: "",
  },
  functionsScheduled: {
    maximum: 1_000,
    tooMany: "Too many functions scheduled by this mutation",
    many: "Many functions scheduled by this mutation",
    unit: "",
    advice: "",
  },
  scheduledFunctionArgsBytes: {
    maximum: 16 * mebibyte,
    tooMany: "Too large total size of the arguments of scheduled functions from this mutation",
    many: "Large total size of the arguments of scheduled functions from this mutation",
    unit: " bytes",
    advice: "",
  },
  filesWritten: {
    maximum: 1_000,
    tooMany: "Too many files written in a single function execution",
    many: "Many files written in a single function execution",
    unit: "",
    advice: "",
  },
  fileWriteBytes: {
    maximum: 16 * mebibyte,
    tooMany: "Too many bytes of files written in a single function execution",
    many: "Many bytes of files written in a single function execution",
    unit: " bytes",
    advice: "",
  },
  filesRead: {
    maximum: 1_000,
    tooMany: "Too many files read in a single function execution",
    many: "Many files read in a single function execution",
    unit: "",
    advice: "",
  },
  fileReadBytes: {
    maximum: 16 * mebibyte,
    tooMany: "Too many bytes of files read in a single function execution",
    many: "Many bytes of files read in a single function execution",
    unit: " bytes",
    advice: "",
  },
};

const names = Object.keys(limits).filter((name): name is UsageName => name in limits);
const warnAbove = 0.75;

type Amounts = Record<UsageName, number>;

const maximums: Readonly<Amounts> = amounts((name) => limits[name].maximum);

/** Counts use, and refuses what goes past the limits or past the budget of a nested call. */
export class Usage {
  readonly #used: Amounts = {
    bytesRead: 0,
    bytesWritten: 0,
    databaseQueries: 0,
    documentsRead: 0,
    documentsWritten: 0,
    functionsScheduled: 0,
    scheduledFunctionArgsBytes: 0,
    filesWritten: 0,
    fileWriteBytes: 0,
    filesRead: 0,
    fileReadBytes: 0,
  };
  readonly #unlimited: boolean;
  #ceilings = maximums;

  constructor(unlimited: boolean) {
    this.#unlimited = unlimited;
  }

  /** @throws UserError past the limit */
  add(name: UsageName, amount: number): void {
    const used = this.#used[name] + amount;
    this.#used[name] = used;
    if (used > this.#ceilings[name] && !this.#unlimited) throw tooMuch(name, this.#ceilings[name]);
  }

  used(name: UsageName): number {
    return this.#used[name];
  }

  remaining(name: UsageName): number {
    return this.#unlimited
      ? Number.POSITIVE_INFINITY
      : Math.max(0, this.#ceilings[name] - this.#used[name]);
  }

  /** Runs under budgets on top of what is used now. */
  within<T>(budgets: Partial<Amounts>, run: () => T): T {
    const before = this.#ceilings;
    this.#ceilings = amounts((name) => {
      const budget = budgets[name];
      return budget === undefined
        ? before[name]
        : Math.min(before[name], this.#used[name] + budget);
    });
    try {
      return run();
    } finally {
      this.#ceilings = before;
    }
  }

  report(): Record<UsageName, { used: number; remaining: number }> {
    const entry = (name: UsageName) => ({
      used: this.#used[name],
      remaining: Math.max(0, this.#ceilings[name] - this.#used[name]),
    });
    return {
      bytesRead: entry("bytesRead"),
      bytesWritten: entry("bytesWritten"),
      databaseQueries: entry("databaseQueries"),
      documentsRead: entry("documentsRead"),
      documentsWritten: entry("documentsWritten"),
      functionsScheduled: entry("functionsScheduled"),
      scheduledFunctionArgsBytes: entry("scheduledFunctionArgsBytes"),
      filesWritten: entry("filesWritten"),
      fileWriteBytes: entry("fileWriteBytes"),
      filesRead: entry("filesRead"),
      fileReadBytes: entry("fileReadBytes"),
    };
  }

  warnings(): string[] {
    if (this.#unlimited) return [];
    return names
      .filter((name) => this.#used[name] > limits[name].maximum * warnAbove)
      .map((name) => {
        const { many, maximum, unit, advice } = limits[name];
        return `${many} (actual: ${this.#used[name]}${unit}, limit: ${maximum}${unit}).${advice}`;
      });
  }
}

function tooMuch(name: UsageName, maximum: number): UserError {
  const { tooMany, unit, advice } = limits[name];
  const end = advice === "" ? "" : `.${advice}`;
  return new UserError(`${tooMany} (limit: ${maximum}${unit})${end}`, { code: codes[name] });
}

const codes: Record<UsageName, string> = {
  bytesRead: "TooManyBytesRead",
  bytesWritten: "TooManyBytesWritten",
  databaseQueries: "TooManyReads",
  documentsRead: "TooManyDocumentsRead",
  documentsWritten: "TooManyWrites",
  functionsScheduled: "TooManyFunctionsScheduled",
  scheduledFunctionArgsBytes: "ScheduledFunctionsArgumentsTooLarge",
  filesWritten: "TooManyFilesWritten",
  fileWriteBytes: "TooManyFileBytesWritten",
  filesRead: "TooManyFilesRead",
  fileReadBytes: "TooManyFileBytesRead",
};

function amounts(of: (name: UsageName) => number): Amounts {
  return {
    bytesRead: of("bytesRead"),
    bytesWritten: of("bytesWritten"),
    databaseQueries: of("databaseQueries"),
    documentsRead: of("documentsRead"),
    documentsWritten: of("documentsWritten"),
    functionsScheduled: of("functionsScheduled"),
    scheduledFunctionArgsBytes: of("scheduledFunctionArgsBytes"),
    filesWritten: of("filesWritten"),
    fileWriteBytes: of("fileWriteBytes"),
    filesRead: of("filesRead"),
    fileReadBytes: of("fileReadBytes"),
  };
}
