// What was thrown, reduced to text that can leave the realm.
import type { GuestFailure } from "./realm-host.ts";

/** Never throws, whatever `thrown` is. */
export function describeFailure(thrown: unknown): GuestFailure {
  try {
    if (typeof thrown !== "object" || thrown === null) {
      const text = String(thrown);
      return { name: "", message: text, stack: "", data: null, isError: false };
    }
    const data = Reflect.get(thrown, "data") as unknown;
    const isConvexError = Symbol.for("ConvexError") in thrown;
    const stack = Reflect.get(thrown, "stack") as unknown;
    const name = Reflect.get(thrown, "name") as unknown;
    const message = Reflect.get(thrown, "message") as unknown;
    const isError = typeof stack === "string" || typeof message === "string";
    return {
      name: typeof name === "string" && name !== "" ? name : "Error",
      message:
        typeof message === "string"
          ? message
          : isError
            ? ""
            : Object.prototype.toString.call(thrown),
      stack: typeof stack === "string" ? stack : "",
      data: isConvexError && typeof data === "string" ? data : null,
      isError,
    };
  } catch {
    return { name: "Error", message: "(unprintable error)", stack: "", data: null, isError: true };
  }
}
