// Hit point changes that show at once on this device and are confirmed, or taken back, by the server.
import { useMutation } from "convex/react";
import type { OptimisticLocalStore } from "convex/browser";
import { useMemo } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import {
  changedBy,
  setTo,
  withCharacterHitPoints,
  withHitPoints,
  type NextHitPoints,
} from "./optimistic-hit-points";

/** Changes of combatants in the fight of a session, for whoever may see their figures. */
export function useCombatantHitPoints(sessionId: Id<"sessions">) {
  const changeCall = useMutation(api.encounters.changeHitPoints);
  const setCall = useMutation(api.encounters.setHitPoints);
  const change = useMemo(
    () =>
      changeCall.withOptimisticUpdate((store, { combatantId, delta }) => {
        showInFight(store, sessionId, combatantId, changedBy(delta));
      }),
    [changeCall, sessionId],
  );
  const set = useMemo(
    () =>
      setCall.withOptimisticUpdate((store, { combatantId, hitPoints }) => {
        showInFight(store, sessionId, combatantId, setTo(hitPoints));
      }),
    [setCall, sessionId],
  );
  return { change: useCommand(change), set: useCommand(set) };
}

/** Changes of a character, in its sheet, the party strip and the fight alike. */
export function useCharacterHitPoints(sessionId: Id<"sessions">) {
  const call = useMutation(api.characters.changeHitPoints);
  const change = useMemo(
    () =>
      call.withOptimisticUpdate((store, { characterId, delta }) => {
        const next = changedBy(delta);
        showInSheet(store, characterId, next);
        const { listForSession } = api.characters;
        const party = store.getQuery(listForSession, { sessionId });
        if (party !== undefined) {
          const changed = withCharacterHitPoints(party, characterId, next);
          store.setQuery(listForSession, { sessionId }, changed);
        }
        const fight = store.getQuery(api.encounters.current, { sessionId });
        const own = fight?.combatants.find((combatant) => combatant.characterId === characterId);
        if (own !== undefined) showInFight(store, sessionId, own._id, next);
      }),
    [call, sessionId],
  );
  return useCommand(change);
}

function showInSheet(
  store: OptimisticLocalStore,
  characterId: Id<"characters">,
  next: NextHitPoints,
): void {
  const { getCharacterWithItems } = api.characters;
  const sheet = store.getQuery(getCharacterWithItems, { characterId });
  if (sheet === undefined) return;
  const hitPoints = next(sheet.character.hitPoints, sheet.character.maxHitPoints);
  const character = { ...sheet.character, hitPoints };
  store.setQuery(getCharacterWithItems, { characterId }, { ...sheet, character });
}

function showInFight(
  store: OptimisticLocalStore,
  sessionId: Id<"sessions">,
  combatantId: Id<"combatants">,
  next: NextHitPoints,
): void {
  const { current } = api.encounters;
  const fight = store.getQuery(current, { sessionId });
  if (fight === undefined || fight === null) return;
  const combatants = withHitPoints(fight.combatants, combatantId, next);
  store.setQuery(current, { sessionId }, { ...fight, combatants });
}
