// Makes a sentence for people out of whatever a call failed with.
import { ConvexError } from "convex/values";

/** Kinds of refusal that screens tell apart; the words come from the server. */
export type Refusal = { kind: string; message: string };

const unknownFailure: Refusal = {
  kind: "failed",
  message: "That did not work. Try once more; if it fails again, reload the page.",
};

/** Reads a refusal of the data layer; anything else becomes a plain sentence without inner details. */
export function readRefusal(error: unknown): Refusal {
  if (error instanceof ConvexError) {
    const data: unknown = error.data;
    if (typeof data === "string") return { kind: "failed", message: data };
    if (isRefusal(data)) return { kind: data.kind, message: data.message };
  }
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return {
      kind: "offline",
      message: "The table cannot be reached. Check the network and try again.",
    };
  }
  if (error instanceof Error && error.message.includes("ArgumentValidationError")) {
    return { kind: "notFound", message: "Nothing is at this address. It may be mistyped or gone." };
  }
  return unknownFailure;
}

function isRefusal(data: unknown): data is Refusal {
  return (
    typeof data === "object" &&
    data !== null &&
    "kind" in data &&
    typeof data.kind === "string" &&
    "message" in data &&
    typeof data.message === "string"
  );
}
