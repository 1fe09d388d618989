// The one shape of every refusal that reaches a client: a kind that programs test and a message for people.
import { ConvexError, type Infer } from "convex/values";
import type { refusal } from "./validators";

/** What a client finds in `ConvexError.data`. Programs test `kind`, never `message`. */
export type Refusal = Infer<typeof refusal>;

/** Why a call was refused. */
export type RefusalKind = Refusal["kind"];

/**
 * Makes the error that refuses a call. Throw what it returns: `throw refuse("notFound", "Character not found")`.
 *
 * @param message - one or two sentences for the person at the device: what was expected and the way out
 */
export function refuse(kind: RefusalKind, message: string): ConvexError<Refusal> {
  return new ConvexError({ kind, message });
}
