// Hit point changes that show at once on this device and are confirmed, or taken back, by the server.
import { applyHitPointChange, healthWord } from "@torchkeeper/rules";
import { useMutation } from "convex/react";
import type { OptimisticLocalStore } from "convex/browser";
import { useMemo } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";

/** Changes of combatants in the fight of a session, for whoever may see their figures. */
export function useCombatantHitPoints(sessionId: Id<"sessions">) {
  const changeCall = useMutation(api.encounters.changeHitPoints);
  const setCall = useMutation(api.encounters.setHitPoints);
  const change = useMemo(
    () =>
      changeCall.withOptimisticUpdate((store, { combatantId, delta }) => {
        showInFight(store, sessionId, combatantId, (now, most) => changed(now, most, delta));
      }),
    [changeCall, sessionId],
  );
  const set = useMemo(
    () =>
      setCall.withOptimisticUpdate((store, { combatantId, hitPoints }) => {
        showInFight(store, sessionId, combatantId, (_, most) => Math.min(hitPoints, most));
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
        const sheet = store.getQuery(api.characters.getCharacterWithItems, { characterId });
        if (sheet !== undefined) {
          const { character } = sheet;
          const hitPoints = changed(character.hitPoints, character.maxHitPoints, delta);
          store.setQuery(
            api.characters.getCharacterWithItems,
            { characterId },
            { ...sheet, character: { ...character, hitPoints } },
          );
        }
        const party = store.getQuery(api.characters.listForSession, { sessionId });
        if (party !== undefined) {
          store.setQuery(
            api.characters.listForSession,
            { sessionId },
            party.map((member) =>
              member._id === characterId
                ? { ...member, hitPoints: changed(member.hitPoints, member.maxHitPoints, delta) }
                : member,
            ),
          );
        }
        const fight = store.getQuery(api.encounters.current, { sessionId });
        const own = fight?.combatants.find((combatant) => combatant.characterId === characterId);
        if (own !== undefined) {
          showInFight(store, sessionId, own._id, (now, most) => changed(now, most, delta));
        }
      }),
    [call, sessionId],
  );
  return useCommand(change);
}

function showInFight(
  store: OptimisticLocalStore,
  sessionId: Id<"sessions">,
  combatantId: Id<"combatants">,
  next: (hitPoints: number, maxHitPoints: number) => number,
): void {
  const fight = store.getQuery(api.encounters.current, { sessionId });
  if (fight === undefined || fight === null) return;
  store.setQuery(
    api.encounters.current,
    { sessionId },
    {
      ...fight,
      combatants: fight.combatants.map((combatant) => {
        const { hitPoints, maxHitPoints } = combatant;
        if (combatant._id !== combatantId || hitPoints === null || maxHitPoints === null) {
          return combatant;
        }
        const after = next(hitPoints, maxHitPoints);
        return { ...combatant, hitPoints: after, health: healthWord(after, maxHitPoints) };
      }),
    },
  );
}

function changed(hitPoints: number, maxHitPoints: number, delta: number): number {
  return applyHitPointChange(hitPoints, maxHitPoints, delta).hp;
}
