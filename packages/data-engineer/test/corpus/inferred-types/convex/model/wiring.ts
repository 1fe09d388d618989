// How the project hands its database around: nowhere is it called `ctx.db`.
import type { DataModel, Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { container } from "some-container";

export interface Wiring<Context extends QueryCtx = QueryCtx> {
  readonly context: Context;
  readonly startedAt: number;
}

export async function wire(context: QueryCtx) {
  return { store: context.db, team: await context.db.query("teams").first() };
}

export type Wired = Awaited<ReturnType<typeof wire>>;
export type Store = Wired["store"];
export type Owner = Doc<"teams">["ownerId"];
export type AnyTable = keyof DataModel;

/** Nobody can follow what comes out of the container; its type is told. */
export function wired(): Wired {
  return container.get("wired");
}

export function writing(): Wiring<MutationCtx> {
  return container.get("writing");
}

export function chosen(): { owner: Owner | null; teams: Map<Id<"teams">, number> } {
  return container.get("chosen");
}
