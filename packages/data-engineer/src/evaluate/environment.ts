// Variable scopes of the evaluator, with an undo log so that the branches of an `if` can be run one after the other and joined.
import { union, unknown, type Value } from "./values.ts";

interface Slot {
  value: Value | null;
  /** Computes the value on first use; null when there is none or it is running. */
  compute: (() => Value) | null;
}

/** What one branch did to the variables. */
export type Changes = Map<Slot, Value>;

/** Records assignments of the run that is going on. */
export class AssignmentLog {
  readonly #entries: { slot: Slot; before: Value | null }[] = [];

  record(slot: Slot): void {
    this.#entries.push({ slot, before: slot.value });
  }

  mark(): number {
    return this.#entries.length;
  }

  /** Takes back everything since `mark` and says what it had come to. */
  undo(mark: number): Changes {
    const changes: Changes = new Map();
    while (this.#entries.length > mark) {
      const entry = this.#entries.pop();
      if (entry === undefined) break;
      if (!changes.has(entry.slot)) changes.set(entry.slot, entry.slot.value ?? unknown);
      entry.slot.value = entry.before;
    }
    return changes;
  }

  apply(changes: Changes): void {
    for (const [slot, value] of changes) {
      this.record(slot);
      slot.value = value;
    }
  }

  /** Applies two alternative branches: a variable may have either's value. */
  join(first: Changes, second: Changes): void {
    for (const slot of new Set([...first.keys(), ...second.keys()])) {
      const a = first.get(slot) ?? slot.value ?? unknown;
      const b = second.get(slot) ?? slot.value ?? unknown;
      this.record(slot);
      slot.value = union(a, b);
    }
  }
}

export class Environment {
  readonly parent: Environment | null;
  readonly #slots = new Map<string, Slot>();
  /** The value of `this`. */
  self: Value | null = null;

  constructor(parent: Environment | null) {
    this.parent = parent;
  }

  declare(name: string, value: Value): void {
    this.#slots.set(name, { value, compute: null });
  }

  /** Declares a name whose value is computed on first use; a cycle gives unknown. */
  declareLazy(name: string, compute: () => Value): void {
    this.#slots.set(name, { value: null, compute });
  }

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  names(): string[] {
    return [...this.#slots.keys()];
  }

  lookup(name: string): Value | null {
    const slot = this.#find(name);
    if (slot === null) return null;
    if (slot.value === null) {
      const compute = slot.compute;
      if (compute === null) return unknown;
      slot.compute = null;
      slot.value = compute();
    }
    return slot.value;
  }

  assign(name: string, value: Value, log: AssignmentLog): void {
    const slot = this.#find(name);
    if (slot === null) return;
    log.record(slot);
    slot.value = value;
  }

  findSelf(): Value | null {
    return this.self ?? this.parent?.findSelf() ?? null;
  }

  #find(name: string): Slot | null {
    const own = this.#slots.get(name);
    if (own !== undefined) return own;
    return this.parent === null ? null : this.parent.#find(name);
  }
}
