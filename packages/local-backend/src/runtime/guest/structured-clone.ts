// `structuredClone` within one realm.
import { define } from "./clock-and-chance.ts";
import { DOMException } from "./events.ts";

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === "function" || typeof value === "symbol") {
    throw new DOMException(`${String(value)} could not be cloned.`, "DataCloneError");
  }
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const remember = <T>(copy: T): T => {
    seen.set(value, copy);
    return copy;
  };

  if (value instanceof Date) return remember(new Date(value.getTime()));
  if (value instanceof RegExp) return remember(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return remember(value.slice(0));
  if (ArrayBuffer.isView(value)) return remember(cloneView(value, seen));
  if (value instanceof Map) {
    const copy = remember(new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(clone(key, seen), clone(item, seen));
    return copy;
  }
  if (value instanceof Set) {
    const copy = remember(new Set<unknown>());
    for (const item of value) copy.add(clone(item, seen));
    return copy;
  }
  if (value instanceof Error) return remember(cloneError(value));
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    throw new DOMException(
      `${Object.prototype.toString.call(value)} could not be cloned.`,
      "DataCloneError",
    );
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return remember(Object(value.valueOf()) as object);
  }
  if (Array.isArray(value)) {
    const copy = remember(new Array<unknown>(value.length));
    for (const key of Object.keys(value))
      Reflect.set(copy, key, clone(Reflect.get(value, key), seen));
    return copy;
  }
  const copy = remember<Record<string, unknown>>({});
  for (const [key, item] of Object.entries(value)) {
    // Not an assignment: a key may be `__proto__`.
    Object.defineProperty(copy, key, {
      value: clone(item, seen),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return copy;
}

function cloneView(view: ArrayBufferView, seen: Map<object, unknown>): ArrayBufferView {
  const buffer = clone(view.buffer, seen) as ArrayBuffer;
  const length = "length" in view ? (view.length as number) : view.byteLength;
  return Reflect.construct(view.constructor, [buffer, view.byteOffset, length]) as ArrayBufferView;
}

function cloneError(error: Error): Error {
  const types: Record<string, ErrorConstructor> = {
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  };
  const copy = new (types[error.name] ?? Error)(error.message);
  if (error.stack !== undefined) copy.stack = error.stack;
  return copy;
}

export function installStructuredClone(): void {
  define("structuredClone", (value: unknown) => clone(value, new Map()));
}
