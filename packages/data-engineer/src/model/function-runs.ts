// Runs each registered function once: in turn, or earlier when another function calls it by reference and wants its result.
import type { Evaluator } from "../evaluate/evaluator.ts";
import { runRegistered } from "../evaluate/registration.ts";
import { withoutReads } from "../evaluate/results.ts";
import { unknown, type Entry, type Value } from "../evaluate/values.ts";
import type { Validator } from "../schema/validator.ts";

/** Functions run for the sake of one another, each in the middle of the one before. */
const maxDepth = 4;

export class FunctionRuns {
  readonly #evaluator: Evaluator;
  readonly #started = new Set<Entry>();
  readonly #addressOf: (entry: Entry) => string;
  readonly #prepare: (entry: Entry) => Validator | null;
  readonly #guard: (run: () => void) => void;
  readonly #byAddress = new Map<string, Entry>();
  #indexed = 0;
  #depth = 0;

  constructor(
    evaluator: Evaluator,
    functions: {
      addressOf: (entry: Entry) => string;
      /** Completes what is known of a function; gives the validator of its arguments. */
      prepare: (entry: Entry) => Validator | null;
      guard: (run: () => void) => void;
    },
  ) {
    this.#evaluator = evaluator;
    this.#addressOf = functions.addressOf;
    this.#prepare = functions.prepare;
    this.#guard = functions.guard;
    evaluator.resultAt = (address) => this.#resultAt(address);
  }

  run(entry: Entry): void {
    if (this.#started.has(entry)) return;
    this.#started.add(entry);
    const args = this.#prepare(entry);
    this.#guard(() => {
      runRegistered(this.#evaluator, entry, args);
    });
  }

  /** Functions that call each other in a circle know nothing of each other's results. */
  #resultAt(address: string): Value {
    const entry = this.#find(address);
    if (entry === null) return unknown;
    if (!this.#started.has(entry) && this.#depth < maxDepth) {
      this.#depth++;
      this.#evaluator.aside(() => {
        this.run(entry);
      });
      this.#depth--;
    }
    const result = this.#evaluator.facts.results.get(entry);
    return result === undefined ? unknown : withoutReads(result);
  }

  #find(address: string): Entry | null {
    const { entries } = this.#evaluator.facts;
    for (; this.#indexed < entries.length; this.#indexed++) {
      const entry = entries[this.#indexed];
      if (entry === undefined) break;
      const name = this.#addressOf(entry);
      if (!this.#byAddress.has(name)) this.#byAddress.set(name, entry);
    }
    return this.#byAddress.get(address) ?? null;
  }
}
