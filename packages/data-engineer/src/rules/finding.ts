// What an audit reports: one finding, its place, and the fix that goes with it.
import type { Span } from "../model/model.ts";

export type Severity = "error" | "warning" | "info";

export const severityRank: Record<Severity, number> = { error: 3, warning: 2, info: 1 };

export interface Edit {
  /** Relative to the analysed directory. */
  file: string;
  start: number;
  end: number;
  text: string;
}

export interface Fix {
  title: string;
  /** True when `--fix` applies it: it cannot change what the program returns. */
  automatic: boolean;
  edits: Edit[];
  /** The code to write, where an edit by position would not do. */
  code?: string;
}

export interface IndexAdvice {
  table: string;
  name?: string;
  fields?: string[];
  /** An index that exists and serves. */
  use?: string;
  /** An index that exists and that nobody needs beside the advised one. */
  replaces?: string;
}

export interface Finding {
  rule: string;
  severity: Severity;
  file: string;
  line: number;
  endLine: number;
  message: string;
  symbol?: string;
  index?: IndexAdvice;
  fix?: Fix;
  /** Call sites from the function to the place, outermost first. */
  trace?: Span[];
  /** The same for the same finding while lines move. */
  fingerprint: string;
}
