// The flags that every command which looks at a project has, as options of the report.
import { ToolFailure } from "../project/failure.ts";
import type { ReportOptions } from "../project/report.ts";
import { engines } from "../types/engine.ts";

export interface CommonFlags {
  exec: boolean;
  cache: boolean;
  /** One of {@link engines}. */
  engine: string;
}

/** @throws ToolFailure `bad-argument` when the engine is none of ours */
export function reportOptions(flags: CommonFlags): ReportOptions {
  const engine = engines.find((item) => item === flags.engine);
  if (engine === undefined)
    throw new ToolFailure(
      "bad-argument",
      `--engine is "${flags.engine}"; expected ${engines.join(" or ")}.`,
    );
  return { execute: flags.exec, cache: flags.cache, engine };
}
