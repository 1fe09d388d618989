// Who a call is made as: the plain JSON that `ctx.auth.getUserIdentity()` returns.
import type { Json } from "../values/json.ts";

/**
 * A verified identity, plain JSON. `tokenIdentifier` is `<iss>|<sub>` with `iss` exactly as it stands in the token; other
 * claims are present only if the token had them (an absent claim has no key). Nobody signed in is `null`, not an Identity.
 */
export type Identity = {
  readonly tokenIdentifier: string;
  readonly subject: string;
  readonly issuer: string;
  readonly [claim: string]: Json;
};

/** A text that is equal for two callers exactly when a function cannot tell them apart; `""` is nobody. */
export function identityKey(identity: Identity | null): string {
  if (identity === null) return "";
  const names = Object.keys(identity).sort();
  return JSON.stringify(names.map((name) => [name, identity[name]]));
}
