// Convex values in JavaScript: what they are.

/** Stands for the commit's timestamp inside the mutation that writes it; becomes an Int64 at commit. */
export class CommitTimestamp {
  static readonly placeholder = new CommitTimestamp();
  private constructor() {}
}

/** A Convex value. Int64 is a bigint, Float64 a number, bytes an ArrayBuffer. */
export type Value =
  | null
  | bigint
  | number
  | boolean
  | string
  | ArrayBuffer
  | CommitTimestamp
  | Value[]
  | { [key: string]: Value };
