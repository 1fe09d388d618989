// One connection for GM screens and one for player screens, each made when first needed and kept for the visit.
import { ConvexReactClient } from "convex/react";

/** GM and player sign in separately, so that both fit in one browser. */
export type Side = "gm" | "player";

const clients = new Map<Side, ConvexReactClient>();

/** Where the data layer answers: the page's own address unless the build names another. */
export function backendAddress(): string {
  return import.meta.env.VITE_CONVEX_URL ?? window.location.origin;
}

/** The connection of one side. */
export function clientFor(side: Side): ConvexReactClient {
  const known = clients.get(side);
  if (known !== undefined) return known;
  const client = new ConvexReactClient(backendAddress());
  clients.set(side, client);
  return client;
}
